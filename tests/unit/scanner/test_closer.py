"""The second look: names, excerpts, entry points, options, and how it can be run elsewhere."""

from __future__ import annotations

import pytest

from services.scanner.analysis.definitions import Definition, definitions_in
from services.scanner.analysis.deployment import deployment_facts
from services.scanner.analysis.survey import survey
from services.scanner.limits import ScanLimits
from shared.facts import Fact
from tests.unit.scanner.building import files_of, scan, write_files


def facts_of(tmp_path, texts: dict[str, str]) -> dict[str, Fact]:
    return {fact.id: fact for fact in scan(write_files(tmp_path, texts)).facts}


def values(facts: dict[str, Fact], kind: str) -> list[object]:
    return [fact.value for fact in facts.values() if fact.kind == kind]


WORKS = """\
def {name}(a):
{doc}    one = a + 1
    two = one * 2
    three = two - 1
    return print(three)


"""
DOC = '    """Says what it does."""\n'

LIBRARY = {
    "tide/__init__.py": "from tide.core import Harbour, warn\n",
    "tide/core.py": "class TideError(Exception):\n    pass\n\n\n"
    "class Harbour:\n"
    '    """Where ships lie."""\n\n    name = 1\n'
    + "    filler = 0\n" * 20
    + '\n    def close(self):\n        """Let nobody in."""\n        for ship in self.ships:\n'
    + "            ship.leave()\n        self.open = False\n        return self\n\n\n"
    + WORKS.format(name="warn", doc=DOC)
    + WORKS.format(name="unused", doc="")
    + WORKS.format(name="_hidden", doc=""),
    "tide/a.py": "from tide.core import Harbour, TideError\n",
    "tide/b.py": "from tide.core import Harbour, TideError\n",
    "tide/c.py": "from tide.core import TideError\n",
    "tide/_inner.py": WORKS.format(name="inner", doc=DOC),
}


def test_exported_names_come_first_then_those_most_imported(tmp_path):
    facts = facts_of(tmp_path, LIBRARY)
    assert values(facts, "symbol") == ["Harbour", "warn", "TideError"]
    first = facts["symbol.1"]
    assert first.attributes == {
        "kind": "class",
        "module": "tide.core",
        "path": "tide/core.py",
        "line": 5,
        "documented": True,
        "imports": 3,
        "exported": True,
    }
    assert first.evidence[0].lines[0] == 5
    assert "exported" not in facts["symbol.3"].attributes


def test_of_a_class_too_long_its_method_is_shown_and_nothing_to_raise_is(tmp_path):
    facts = facts_of(tmp_path, LIBRARY)
    (only,) = [fact for fact in facts.values() if fact.kind == "excerpt"]
    assert (only.attributes["symbol"], only.attributes["role"]) == ("Harbour.close", "symbol")
    assert not str(only.value).endswith("\n")
    text = (tmp_path / "tide/core.py").read_text().splitlines()
    first, last = only.evidence[0].lines
    assert "\n".join(text[first - 1 : last]) == only.value


def test_a_form_feed_moves_no_line_number(tmp_path):
    """They part the sections of older C and Python files; editors count no line for them."""
    texts = {
        "tide.py": "import os\n\x0c\n" + WORKS.format(name="ebb", doc=DOC),
        "main.py": "from tide import ebb\n\nebb(1)\n",
    }
    excerpt = facts_of(tmp_path, texts)["excerpt.1"]
    assert str(excerpt.value).startswith("def ebb(a):")
    assert excerpt.attributes["first_line"] == texts["tide.py"].split("\n").index("def ebb(a):") + 1
    assert excerpt.evidence[0].lines is not None
    assert excerpt.evidence[0].lines[0] == 3


def test_the_function_a_command_starts_is_shown(tmp_path):
    main = WORKS.format(name="main", doc="").rstrip("\n")
    project = '[project]\nname = "tide"\n[project.scripts]\ntide = "tide.cli:main"\n'
    texts = {**LIBRARY, "pyproject.toml": project, "tide/cli.py": f"import tide.core\n\n\n{main}\n"}
    facts = facts_of(tmp_path, texts)
    assert facts["entry.1"].value == "tide/cli.py"
    assert facts["entry.1"].attributes == {"command": "tide", "symbol": "main", "line": 4}
    assert facts["excerpt.2"].value == main
    assert facts["excerpt.2"].attributes["role"] == "entry"


def test_customary_files_are_entries_and_tests_are_not(tmp_path):
    texts = {
        "tide/__main__.py": "import os\n",
        "cmd/tide/main.go": "package main\n\nfunc main() {}\n",
        "tests/__main__.py": "import os\n",
        "src/bin/tool.rs": "fn main() {}\n",
    }
    assert values(facts_of(tmp_path, texts), "entry") == [
        "tide/__main__.py",
        "cmd/tide/main.go",
        "src/bin/tool.rs",
    ]


ARGPARSE = """\
import argparse

parser = argparse.ArgumentParser()
commands = parser.add_subparsers()
run = commands.add_parser("run", help="Make one film. Then stop.")
run.add_argument("-q", "--quiet", help="say nothing "
                 "but errors")
run.add_argument("repo", help="what to film")
run.add_argument("-n", type=int)
run.add_argument(NAME, help="unknown")
"""
CLICK = """\
import click


@click.group()
def cli():
    pass


@cli.command()
@click.option("--count", "-c", default=1, help="How often.")
@click.argument("name")
def say_hello(count, name):
    pass


@cli.command("bye", help="Part.")
def part():
    pass
"""
COMMANDER = """\
import { program } from 'commander'
program.option('-p, --port <number>', 'where to listen')
program.command('serve <folder>').requiredOption('--root <dir>', 'what to serve')
"""
GO = """\
package main

import "flag"

func main() {
\tport := flag.Int("port", 80, "where to listen")
\tflag.StringVar(&name, "name", "x", "whom to greet")
}
"""


@pytest.mark.parametrize(
    ("path", "text", "options", "subcommands"),
    [
        ("tide/cli.py", ARGPARSE, [("--quiet", "say nothing but errors"), ("-n", None)], ["run"]),
        ("tide/cli.py", CLICK, [("--count", "How often.")], ["say-hello", "bye"]),
        ("src/cli.js", COMMANDER, [("--port", "where to listen"), ("--root", "what to serve")], ["serve"]),
        ("main.go", GO, [("-port", "where to listen"), ("-name", "whom to greet")], []),
    ],
)
def test_options_and_subcommands_are_read_where_they_stand(tmp_path, path, text, options, subcommands):
    facts = facts_of(tmp_path, {path: text})
    found = [(f.value, f.attributes.get("help")) for f in facts.values() if f.kind == "option"]
    assert sorted(found, key=str) == sorted(options, key=str)
    assert values(facts, "subcommand") == subcommands
    for fact in (each for each in facts.values() if each.kind == "option"):
        line = text.splitlines()[fact.evidence[0].lines[0] - 1]
        assert str(fact.value).lstrip("-") in line


def test_a_library_of_options_has_none_of_its_own(tmp_path):
    texts = {"pyproject.toml": '[project]\nname = "click"\n', "click/a.py": CLICK}
    assert values(facts_of(tmp_path, texts), "option") == []


def names_in(path: str, text: str) -> dict[str, Definition]:
    return {each.name: each for each in definitions_in(path, text.encode())}


@pytest.mark.parametrize(
    ("path", "text", "public"),
    [
        ("a.go", "package a\n\nfunc Open() {}\n\nfunc close() {}\n", {"Open"}),
        (
            "a.rs",
            "pub fn open() {}\nfn close() {}\nimpl Door { pub fn lock(&self) {} }\n",
            {"open", "Door", "Door.lock"},
        ),
        ("A.java", "public class A { public int b() { return 1; } int c() { return 2; } }\n", {"A", "A.b"}),
        ("a.cs", "namespace X;\npublic class A { public int B() { return 1; } }\nclass C {}\n", {"A", "A.B"}),
        ("a.js", "function a() {}\nfunction b() {}\nmodule.exports = a;\nexports.c = () => 1;\n", {"a", "c"}),
        (
            "a.ts",
            "export class A { b() { return 1; } }\nfunction c() {}\nexport { d };\nfunction d() {}\n",
            {"A", "A.b", "d"},
        ),
        ("b.js", "/** @private */\nres.a = function () {};\nres.b = function () {};\n", {"res.b"}),
        (
            "a.php",
            "<?php\nnamespace X;\nclass A { public function b() { return 1; } }\nfunction c() {}\n",
            {"A", "A.b", "c"},
        ),
        ("a.py", "class A:\n    def b(self): pass\n    def _c(self): pass\n\ndef _d(): pass\n", {"A", "A.b"}),
        ("a.rb", "class A\n  def b\n    1\n  end\nend\n", {"A"}),
    ],
)
def test_each_language_says_in_its_own_way_what_is_public(path, text, public):
    found = names_in(path, text)
    assert {name for name, each in found.items() if each.public} >= public
    assert not {name for name, each in found.items() if each.public} - public - {"A.b"}


def test_documentation_is_seen():
    found = names_in("a.py", 'def a():\n    """Says."""\n\n\n# Says.\ndef b(): pass\n\n\ndef c(): pass\n')
    assert [each.documented for each in found.values()] == [True, True, False]


def test_how_it_can_be_run_elsewhere():
    texts = {
        "Dockerfile": "FROM python:3.11\n",
        "deploy/worker.Dockerfile": "FROM python:3.11\n",
        "docker-compose.yml": "services: {}\n",
        "k8s/app.yaml": "# It runs.\napiVersion: apps/v1\nkind: Deployment\n",
        "config.yaml": "kind: of\nname: x\n",
        "charts/app/Chart.yaml": "apiVersion: v2\nname: app\n",
        "examples/Dockerfile": "FROM scratch\n",
    }
    found = {fact.value: fact for fact in deployment_facts(survey(files_of(texts), ScanLimits()))}
    assert list(found) == ["Docker", "Docker Compose", "Kubernetes", "Helm"]
    assert found["Docker"].attributes == {"path": "Dockerfile", "files": 2}
    assert found["Kubernetes"].evidence[0].path == "k8s/app.yaml"


def test_csharp_and_php_imports_are_drawn(tmp_path):
    texts = {
        "src/Acme.Tide/Acme.Tide.csproj": "<Project></Project>\n",
        "src/Acme.Tide/Program.cs": "using System;\nusing Acme.Tide.Store;\nclass Program {}\n",
        "src/Acme.Tide/Store/Disk.cs": "namespace Acme.Tide.Store;\npublic class Disk {}\n",
        "composer.json": '{"name": "acme/tide", "autoload": {"psr-4": {"Acme\\\\Web\\\\": "web/"}}}',
        "web/Page.php": "<?php\nnamespace Acme\\Web;\nuse Acme\\Web\\Store\\{Shelf, B as C};\nclass P {}\n",
        "web/Store/Shelf.php": "<?php\nnamespace Acme\\Web\\Store;\nclass Shelf {}\n",
    }
    assert sorted(map(str, values(facts_of(tmp_path, texts), "import"))) == [
        "Acme.Tide -> Acme.Tide.Store",
        "Acme\\Web -> Acme\\Web\\Store",
    ]
