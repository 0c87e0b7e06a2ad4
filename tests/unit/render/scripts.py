# ruff: noqa: E501 - what is drawn stands here as it is read
"""Scripts that try the pictures: a rich repository, a tiny one, and one where everything is too long."""

from __future__ import annotations

from itertools import pairwise

from shared.script import (
    ArchitectureSlide,
    CodeSlide,
    FlowSlide,
    GlanceSlide,
    Item,
    LanguageShare,
    LineGroup,
    ListSlide,
    NewsSlide,
    OutroSlide,
    Pin,
    Script,
    Text,
    Tile,
    TimelineSlide,
    TitleSlide,
    TreemapSlide,
    VerdictSlide,
)
from tests.support.films import edges, items, nodes, scene, script, sentence, stats, texts


def rich_script() -> Script:
    """A well-kept Python library: every kind of slide, about seventy seconds."""
    code = '''def matches(self, scope: Scope) -> tuple[Match, Scope]:
    """Tell whether this route takes the request, and with which parameters."""
    path_params: dict[str, Any] = {}
    if scope["type"] == "http":
        route_path = get_route_path(scope)
        match = self.path_regex.match(route_path)
        if match:
            matched_params = match.groupdict()
            for key, value in matched_params.items():
                matched_params[key] = self.param_convertors[key].convert(value)

            path_params = dict(scope.get("path_params", {}))
            path_params.update(matched_params)
            child_scope = {"endpoint": self.endpoint, "path_params": path_params}
            if self.methods and scope["method"] not in self.methods:
                return Match.PARTIAL, child_scope  # right path, wrong verb
            return Match.FULL, child_scope
    return Match.NONE, {}'''
    return script(
        scene(
            "hook",
            TitleSlide(
                kicker=Text("Repository tour"),
                title=Text("Starlette"),
                subtitle=Text(
                    "The little ASGI framework that shines: web, WebSocket and background tasks in one small toolkit."
                ),
                chips=texts("Python", "BSD-3-Clause", "ASGI", "1,421 commits"),
            ),
            sentence("Starlette calls itself the little ASGI framework that shines."),
            sentence("Here is what its repository really holds."),
        ),
        scene(
            "problem",
            ListSlide(
                kicker=Text("The problem"),
                title=Text("Async web code needs a small, solid floor"),
                items=items(
                    (
                        "Blocking servers",
                        "One slow request holds a whole worker, and WebSockets do not fit the model at all.",
                    ),
                    (
                        "Heavy frameworks",
                        "Full stacks bring an ORM, forms and an admin when all you want is routing.",
                    ),
                    (
                        "Hand-written glue",
                        "Raw ASGI leaves parsing, errors and lifespan to every project anew.",
                    ),
                ),
            ),
            sentence(
                "Async services need more than raw sockets: blocking servers stall, heavy frameworks bring too much, and glue breaks.",
                blocking=0,
                heavy=1,
                glue=2,
            ),
        ),
        scene(
            "solution",
            GlanceSlide(
                kicker=Text("At a glance"),
                title=Text("Seven years of steady work"),
                stats=stats(
                    ("1,421", "commits"),
                    ("310", "contributors"),
                    ("34", "modules"),
                    ("6,712", "lines of library code"),
                ),
                languages_label=Text("Languages by size"),
                languages=(
                    LanguageShare(name=Text("Python"), share=0.912, color="#3572A5"),
                    LanguageShare(name=Text("Markdown"), share=0.06, color="#4b83fb"),
                    LanguageShare(name=Text("HTML"), share=0.018, color="#e34c26"),
                    LanguageShare(name=Text("Shell"), share=0.01, color="#89e051"),
                ),
                people=texts(
                    "Tom Christie · 388",
                    "Marcelo Trylesinski · 220",
                    "Amin Alaee · 53",
                    "Adrian Garcia Badaracco · 44",
                    "Scirlat Danut · 31",
                ),
            ),
            sentence("Its history counts 1,421 commits by 310 contributors.", commits=0, contributors=1),
            sentence(
                "The library itself has 34 modules in 6,712 lines, nearly all of them Python.",
                modules=2,
                lines=3,
            ),
        ),
        scene(
            "architecture",
            ArchitectureSlide(
                kicker=Text("Architecture"),
                title=Text("How the modules depend on each other"),
                nodes=nodes(
                    ("applications", "250 lines"),
                    ("routing", "876 lines"),
                    ("middleware", "1,295 lines"),
                    ("endpoints", "123 lines"),
                    ("testclient", "745 lines"),
                    ("_exception_handler", "65 lines"),
                    ("websockets", "196 lines"),
                    ("staticfiles", "220 lines"),
                    ("templating", "217 lines"),
                    ("responses", "548 lines"),
                    ("requests", "323 lines"),
                    ("datastructures", "692 lines"),
                ),
                edges=edges(
                    "applications>middleware",
                    "routing>middleware",
                    "middleware>_exception_handler",
                    "_exception_handler>websockets",
                    "endpoints>websockets",
                    "testclient>websockets",
                    "websockets>requests",
                    "staticfiles>responses",
                    "templating>responses",
                    "responses>datastructures",
                    "requests>datastructures",
                    "endpoints>responses",
                ),
            ),
            sentence("Applications and routing stand on middleware.", applications=0, middleware=1),
            sentence(
                "Below it, the exception handler leads to websockets, then requests, and everything rests on datastructures.",
                handler=2,
                websockets=3,
                requests=4,
                datastructures=5,
            ),
        ),
        scene(
            "strengths",
            CodeSlide(
                kicker=Text("Inside the code"),
                title=Text("How a route decides that it matches"),
                path=Text("starlette/routing.py"),
                language="python",
                first_line=252,
                code=Text(code),
            ),
            sentence("A compiled expression tests the path, parameters are converted one by one."),
            sentence(
                "The right path with the wrong method is only a partial match, so the answer is 405 and not 404."
            ),
        ),
        scene(
            "limits",
            ListSlide(
                kicker=Text("What you get"),
                title=Text("Six things that ship in the box"),
                items=items(
                    ("Routing", "HTTP and WebSocket routes in one table, with typed path parameters."),
                    ("WebSockets", "First class, tested with the same client."),
                    ("Background tasks", "Work that runs after the response has been sent."),
                    ("Lifespan events", "Start-up and shutdown as one async context."),
                    ("Test client", "Built on httpx; no server is needed."),
                    ("Middleware", "CORS, GZip, sessions and trusted hosts."),
                ),
            ),
            sentence(
                "In the box: routing, websockets, background tasks, lifespan events, a test client, and middleware.",
                routing=0,
                websockets=1,
                background=2,
                lifespan=3,
                test=4,
                middleware=5,
            ),
        ),
        scene(
            "verdict",
            OutroSlide(
                title=Text("Small, tested, and ready to build on"),
                subtitle=Text("The floor under many async services, readable in an afternoon."),
                call=Text("pip install starlette"),
                credits=texts(
                    "encode/starlette", "BSD-3-Clause", "commit 4e3b1c9", "Narrated by a synthetic voice"
                ),
            ),
            sentence("Small, tested and readable in an afternoon: that is Starlette."),
            sentence("Install it with pip and read the source."),
        ),
        title="Starlette",
    )


def chart_script() -> Script:
    """The slides that measure and weigh: flow, map, timeline, news, verdict, and what words point at."""
    months = (3, 9, 14, 2, 0, 7, 30, 12, 5, 4, 8, 1) * 6
    return script(
        scene(
            "flow",
            FlowSlide(
                kicker=Text("Features"),
                title=Text("What it is for, and what it offers"),
                problem=Item(
                    heading=Text("In its own words"),
                    body=Text("“ASGI toolkits should be small enough to read in an afternoon”"),
                ),
                steps=items(
                    ("A lightweight, low-complexity HTTP web framework", ""),
                    ("WebSocket support", "with the same routing as everything else"),
                    ("In-process background tasks", "after the response has been sent"),
                    ("Startup and shutdown events", ""),
                ),
            ),
            sentence(
                "It offers a framework, support, tasks, events.", framework=0, support=1, tasks=2, events=3
            ),
        ),
        scene(
            "map",
            TreemapSlide(
                kicker=Text("Structure"),
                title=Text("Where the lines are"),
                tiles=tuple(
                    Tile(heading=Text(name), body=Text(f"{files} files, {lines:,} lines"), lines=lines)
                    for name, files, lines in (
                        ("crates/core", 61, 21_310),
                        ("tests", 40, 9_120),
                        ("docs", 38, 4_002),
                        ("scripts", 9, 1_300),
                        ("benches", 3, 410),
                        ("ci", 2, 12),
                    )
                ),
            ),
            sentence(
                "Core, tests, docs, scripts, benches, ci.",
                core=0,
                tests=1,
                docs=2,
                scripts=3,
                benches=4,
                ci=5,
            ),
        ),
        scene(
            "history",
            TimelineSlide(
                kicker=Text("History"),
                title=Text("Commits by month, 2018 to 2024"),
                first_month="2018-06",
                counts=months,
                facts=(),
                pins=tuple(
                    Pin(label=Text(label), month=month)
                    for label, month in (("0.1.0", "2018-07"), ("1.0.0", "2024-03"), ("1.0.1", "2024-04"))
                ),
            ),
            sentence("Versions 0.1.0, 1.0.0 and 1.0.1 are marked.", **{"0.1.0": 0, "1.0.0": 1, "1.0.1": 2}),
        ),
        scene(
            "news",
            NewsSlide(
                kicker=Text("v1.2.0"),
                title=Text("What is new"),
                items=items(
                    ("New", "Add a `--hyperlink` option, with formats for the well-known editors"),
                    ("New", "Support brace expansion in globs"),
                    ("Fixed", "Do not follow symbolic links twice when both ends are given"),
                    ("Speed", "Search small files on one thread"),
                ),
            ),
            sentence("News: one, two, three, four.", one=0, two=1, three=2, four=3),
        ),
        scene(
            "verdict",
            VerdictSlide(
                kicker=Text("Verdict"),
                title=Text("What we saw, weighed"),
                for_label=Text("Speaks for it"),
                against_label=Text("To weigh against it"),
                assets=texts("ten years of history", "310 contributors", "40 test files"),
                burdens=texts("a single author behind 74 percent of the commits", "no tagged version"),
            ),
            sentence(
                "Years, contributors, tests, but author and version.",
                years=0,
                contributors=1,
                tests=2,
                author=3,
                version=4,
            ),
        ),
        scene(
            "one-sided",
            VerdictSlide(
                kicker=Text("Verdict"),
                title=Text("What we saw, weighed"),
                for_label=Text("Speaks for it"),
                against_label=Text(""),
                assets=texts("eleven years of history", "the MIT licence"),
            ),
            sentence("Years and licence.", years=0, licence=1),
        ),
        scene(
            "code",
            CodeSlide(
                kicker=Text("Inside the code"),
                title=Text("is_odd"),
                path=Text("src/odd.py"),
                language="python",
                first_line=40,
                code=Text(
                    'def is_odd(number: int) -> bool:\n    """Tell whether a number is odd."""\n    if number < 0:\n        return is_odd(-number)\n    return number % 2 == 1'
                ),
                groups=(LineGroup(first=40, last=40), LineGroup(first=41, last=41)),
            ),
            sentence("Here is is_odd, documented in a line.", is_odd=0, documented=1),
        ),
        scene(
            "architecture",
            ArchitectureSlide(
                kicker=Text("Architecture"),
                title=Text("How the modules depend on each other"),
                nodes=nodes(("app", "90 lines"), ("routing", "870 lines"), ("types", "26 lines")),
                edges=edges("app>routing", "routing>types"),
                pointed=("routing",),
            ),
            sentence("App and routing and types, and routing.", app=0, routing=1, types=2, **{"and": 3}),
        ),
        title="Charts",
    )


def tiny_script() -> Script:
    """A repository with next to nothing in it: one number, two modules, one feature."""
    return script(
        scene(
            "hook",
            TitleSlide(
                kicker=Text("A folder"),
                title=Text("is-odd-py"),
                subtitle=Text("Tells whether a number is odd."),
            ),
            sentence("This is is-odd-py, a folder with one idea."),
        ),
        scene(
            "solution",
            GlanceSlide(
                kicker=Text("At a glance"),
                title=Text("One file"),
                stats=stats(
                    ("14", "lines of Python"),
                ),
                languages_label=Text("Languages"),
            ),
            sentence("It holds 14 lines of Python.", lines=0),
        ),
        scene(
            "architecture",
            ArchitectureSlide(
                kicker=Text("Architecture"),
                title=Text("Two modules"),
                nodes=nodes(("cli", "6 lines"), ("odd", "8 lines")),
                edges=edges("cli>odd"),
            ),
            sentence("The command line calls the module named odd.", line=0, odd=1),
        ),
        scene(
            "strengths",
            ListSlide(
                kicker=Text("Strengths"),
                title=Text("What it does well"),
                items=items(("No dependencies", "Nothing is imported but the standard library.")),
            ),
            sentence("It has no dependencies at all.", dependencies=0),
        ),
        scene(
            "code",
            CodeSlide(
                kicker=Text("Inside"),
                title=Text("All of it"),
                path=Text("odd.py"),
                language="python",
                first_line=1,
                code=Text("def is_odd(number: int) -> bool:\n    return number % 2 == 1"),
            ),
            sentence("This is the whole function."),
        ),
        scene(
            "verdict",
            OutroSlide(
                title=Text("That is all"), subtitle=Text(""), call=Text(""), credits=texts("Synthetic voice")
            ),
            sentence("And that is all."),
        ),
        title="is-odd-py",
    )


LONG_WORD = "internationalization_configuration_manager_factory_abstract_singleton_proxy_bean"
LONG_PATH = "packages/enterprise-integration/src/main/java/com/example/platform/configuration/internationalization/AbstractSingletonProxyFactoryBeanConfigurationManager.java"
LONG_TEXT = (
    "An opinionated, batteries-included, horizontally scalable, cloud-native, event-driven orchestration platform for "
    "distributed workflows, with pluggable storage engines, a declarative configuration language, first-class support "
    "for observability, multi-tenancy, role-based access control, automatic retries, exactly-once semantics where "
    "possible, and a growing ecosystem of community-maintained connectors and integrations 🚀🔥 for everything."
)


def nasty_script() -> Script:
    """Everything too long, with emoji, scripts the fonts lack, and a deep graph."""
    names = [f"{LONG_WORD[:30]}_{number}" for number in range(16)]
    return script(
        scene(
            "hook",
            TitleSlide(
                kicker=Text("🚀 " + LONG_TEXT[:90]),
                title=Text("enterprise-" + LONG_WORD.replace("_", "-")),
                subtitle=Text(LONG_TEXT),
                chips=texts(*[LONG_WORD[:50]] * 3, "漢字 Kanji", "🔥", "MIT"),
            ),
            sentence("A repository with very long names and a very long description."),
            sentence("Nothing of it may leave the picture."),
        ),
        scene(
            "solution",
            GlanceSlide(
                kicker=Text("At a glance"),
                title=Text(LONG_TEXT[:180]),
                stats=stats(
                    (
                        "1,234,567,890",
                        "lines of machine-generated configuration code in all of the packages together",
                    ),
                    ("98.7654321 %", LONG_WORD),
                    ("2019-01-01 to 2024-12-31", "years"),
                    ("∞", "hope"),
                ),
                languages_label=Text("Languages of the repository by the number of bytes in their files"),
                languages=tuple(
                    LanguageShare(
                        name=Text(f"Jupyter Notebook Dialect {n}"), share=0.11, color=f"#{30 * n:02x}80c0"
                    )
                    for n in range(1, 9)
                ),
                people=texts(*["Wolfeschlegelsteinhausenbergerdorff Hubert Blaine the Elder · 12,345"] * 8),
            ),
            sentence("Billions of lines, many shares, and long labels.", lines=0, shares=1, labels=3),
        ),
        scene(
            "architecture",
            ArchitectureSlide(
                kicker=Text("Architecture"),
                title=Text("Sixteen modules with long names in one deep chain"),
                nodes=nodes(*[(name, "123,456 lines of generated code") for name in names]),
                edges=edges(*[f"{a}>{b}" for a, b in pairwise(names)]),
            ),
            sentence("Sixteen modules depend on each other in one chain."),
        ),
        scene(
            "flat",
            ArchitectureSlide(
                kicker=Text("Architecture"),
                title=Text("Sixteen modules side by side"),
                nodes=nodes(*[(f"package.module_number_{n}", f"{n * 321} lines") for n in range(16)]),
            ),
            sentence("Sixteen modules stand side by side."),
        ),
        scene(
            "code",
            CodeSlide(
                kicker=Text("Code"),
                title=Text(LONG_PATH),
                path=Text(LONG_PATH),
                language="java",
                first_line=99_990,
                code=Text(
                    "\n".join(
                        f'\tpublic static final {LONG_WORD} value{n} = new {LONG_WORD}({n}, "🚀 {LONG_TEXT}"); // {n}'
                        for n in range(18)
                    )
                ),
            ),
            sentence("Its lines of code are as long as its names."),
        ),
        scene(
            "limits",
            ListSlide(
                kicker=Text("Limits"),
                title=Text("What is not so good"),
                items=items(*[(f"{LONG_WORD} {n}", LONG_TEXT) for n in range(5)]),
            ),
            sentence("Five long limits.", five=0, long=1, limits=2),
        ),
        scene(
            "verdict",
            OutroSlide(
                title=Text(LONG_TEXT[:150]),
                subtitle=Text(LONG_TEXT),
                call=Text("docker run --rm -it -v $PWD:/src ghcr.io/" + LONG_PATH),
                credits=texts(*[LONG_WORD] * 4, "Narrated by a synthetic voice"),
            ),
            sentence("Run it at your own risk."),
        ),
        title="enterprise-" + LONG_WORD,
    )
