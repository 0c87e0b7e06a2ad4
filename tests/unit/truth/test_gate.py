"""The gate lets a true script pass, and each single lie fails."""

from __future__ import annotations

import re

import msgspec
import pytest

from services.narrator.write import write
from shared.facts import FactBase
from shared.script import (
    ArchitectureSlide,
    CodeSlide,
    Edge,
    GlanceSlide,
    LanguageShare,
    ListSlide,
    Node,
    Scene,
    Script,
    Sentence,
    Text,
    TitleSlide,
)
from shared.truth import Violation, check
from tests.support.fact_bases import ALL, LIBRARY, fact

SLIDE = TitleSlide(kicker=Text(""), title=Text(""), subtitle=Text(""))


def saying(text: str, *facts: str) -> Script:
    """A script of one sentence."""
    scene = Scene(id="hook", heading="", sentences=(Sentence(text=text, facts=facts),), slide=SLIDE)
    return Script(language="en", profile="overview", title=Text(""), description=Text(""), scenes=(scene,))


def showing(slide: object) -> Script:
    scene = Scene(id="hook", heading="", sentences=(), slide=slide)  # type: ignore[arg-type]
    return Script(language="en", profile="overview", title=Text(""), description=Text(""), scenes=(scene,))


def violations(text: str, *facts: str, language: str = "en", base: FactBase = LIBRARY) -> list[str]:
    script = msgspec.structs.replace(saying(text, *facts), language=language)
    return [violation.word for violation in check(script, base)]


@pytest.mark.parametrize("base", ALL, ids=lambda base: base.repo)
def test_what_the_writer_writes_is_true(base):
    assert check(write(base), base) == ()


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("It has 112 files.", ["files.count"]),
        ("It has one hundred and twelve files.", ["files.count"]),
        ("It has about 12,000 lines.", ["lines.count"]),
        ("It has about twelve thousand lines.", ["lines.count"]),
        ("It has nearly 12,500 lines.", ["lines.count"]),
        ("It has over twelve thousand lines.", ["lines.count"]),
        ("It has 12.4k lines.", ["lines.count"]),
        ("91 % of it is Python.", ["language.1"]),
        ("91.4 percent of it is Python.", ["language.1"]),
        ("Ninety-one per cent of it is Python.", ["language.1"]),
        ("Its first commit dates from June 2018.", ["commits.first"]),
        ("Its first commit dates from 25 June 2018.", ["commits.first"]),
        ("It was begun in 2018.", ["commits.first"]),
        ("Its newest tag is v2.4.1.", ["tag.1"]),
        ("You find Portico at https://github.com/ferrum/portico.", ["repo.full_name"]),
        ("We read it at commit 3f9c2ab.", ["repo.commit"]),
        ("The heart of it is Router.match in portico/routing.py.", ["excerpt.1"]),
        ("The excerpt has six lines.", ["excerpt.1"]),
        ("Its README says: “build an address from a route's name”.", ["readme.feature.2"]),
    ],
)
def test_a_sentence_its_facts_carry_passes(text, facts):
    assert violations(text, *facts) == []


@pytest.mark.parametrize(
    ("text", "facts", "word"),
    [
        ("It has 113 files.", ["files.count"], "113"),
        ("It has one hundred and thirteen files.", ["files.count"], "one hundred and thirteen"),
        ("It has 12,000 lines.", ["lines.count"], "12,000"),
        ("It has about 14,000 lines.", ["lines.count"], "14,000"),
        ("It has nearly 12,000 lines.", ["lines.count"], "12,000"),
        ("It has over 12,500 lines.", ["lines.count"], "12,500"),
        ("It has 12.9k lines.", ["lines.count"], "12.9k"),
        ("92 % of it is Python.", ["language.1"], "92 %"),
        ("Half of it is Python.", ["language.1"], "Half"),
        ("It has thousands of lines.", ["lines.count"], "thousands"),
        ("Its first commit dates from July 2018.", ["commits.first"], "July 2018"),
        ("It was begun in 2017.", ["commits.first"], "2017"),
        ("Its newest tag is v2.4.2.", ["tag.1"], "v2.4.2"),
        ("It ranks 3rd.", ["files.count"], "3rd"),
        ("It counts 1,421 stars.", ["commits.count", "repo.stars"], "1,421"),
        ("It counts 4,231 commits.", ["commits.count", "repo.stars"], "4,231"),
    ],
)
def test_a_changed_number_is_found(text, facts, word):
    assert word in violations(text, *facts)


@pytest.mark.parametrize(
    ("text", "facts", "word"),
    [
        ("Most of it is JavaScript.", ["language.1"], "JavaScript"),
        ("Most of it is javascript.", ["language.1"], "javascript"),
        ("Ada Lovelace wrote most of it.", ["contributor.1"], "Lovelace"),
        ("It has a TurboCache for Python.", ["language.1"], "TurboCache"),
        ("Call turbo_cache in Python.", ["language.1"], "turbo_cache"),
        ("Call portico.turbo in Python.", ["language.1"], "portico.turbo"),
        ("Run it with --turbo in Python.", ["language.1"], "--turbo"),
        (
            "Visit https://evil.example/portico for 112 files.",
            ["files.count"],
            "https://evil.example/portico",
        ),
        ("Follow @portico for 112 files.", ["files.count"], "@portico"),
        ("Portico needs Redis and 112 files.", ["files.count"], "Redis"),
    ],
)
def test_a_swapped_name_or_an_invented_feature_is_found(text, facts, word):
    assert word in violations(text, *facts)


def test_a_module_swapped_for_a_plain_word_is_found():
    assert violations("14 modules import types.", "module.2") == []
    assert violations("All modules import turbo.", "module.2") == ["module.2"]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("It calls itself “a minimalist plugin system”.", []),
        ("Pluggy é um sistema de extensões.", []),
        ("It calls itself “a plugin system”.", ["readme.title", "“a plugin system”"]),
        ("It is a system of plugins.", ["readme.title"]),
    ],
)
def test_of_a_title_its_name_or_its_slogan_is_said(text, wrong):
    title = fact("readme.title", "readme", "pluggy - A minimalist plugin system")
    base = msgspec.structs.replace(LIBRARY, facts=(title,))
    assert violations(text, "readme.title", base=base) == wrong


def test_a_name_from_a_fact_that_is_not_cited_is_found_and_the_reason_says_so():
    (violation,) = check(saying("It relies on Tomás and 112 files.", "files.count"), LIBRARY)
    assert violation.word == "Tomás"
    assert violation.why == "stands in a fact that is not cited"


def test_a_sentence_without_facts_is_found():
    assert violations("It is good.") == ["It is good."]


def test_an_empty_sentence_is_found():
    assert " " in violations(" ", "files.count")


def test_an_unknown_fact_is_found():
    assert violations("It has 112 files.", "files.count", "files.imagined") == ["files.imagined"]


def test_a_quotation_that_was_never_written_is_found():
    assert violations("Its README says: “build a bridge”.", "readme.feature.2") == ["“build a bridge”"]


def test_quotations_may_be_translated():
    text = "Su README dice: “construye una dirección”."
    assert violations(text, "readme.feature.2", language="es") == []


def test_a_denied_test_suite_is_found():
    assert violations("We saw no test files among 112.", "files.count") == ["no test"]


@pytest.mark.parametrize(
    ("text", "language"),
    [("Tiene 12.431 líneas.", "es"), ("Il compte 12 431 lignes.", "fr"), ("Em junho de 2018.", "pt")],
)
def test_numbers_and_dates_of_other_languages_are_read(text, language):
    assert violations(text, "lines.count", "commits.first", language=language) == []


@pytest.mark.parametrize(("text", "wrong"), [("Soma 2 números.", []), ("Soma 3 números.", ["3"])])
def test_a_number_written_in_words_may_be_translated_in_digits(text, wrong):
    base = FactBase(
        repo="loom", commit=None, facts=(fact("readme.summary", "readme", "It adds two numbers."),)
    )
    assert violations(text, "readme.summary", language="pt", base=base) == wrong


@pytest.mark.parametrize(("text", "language"), [("Tiene 12.432 líneas.", "es"), ("Em julho de 2018.", "pt")])
def test_changed_numbers_and_dates_of_other_languages_are_found(text, language):
    assert violations(text, "lines.count", "commits.first", language=language) != []


def test_title_description_heading_and_slides_are_judged_too():
    script = write(LIBRARY)
    lie = Text("99 bottles", ())
    scene = script.scenes[0]
    lies = {
        "title": msgspec.structs.replace(script, title=lie),
        "description": msgspec.structs.replace(script, description=lie),
        "hook, heading": _with(script, msgspec.structs.replace(scene, heading=lie.text)),
        "hook, on screen": _with(
            script, msgspec.structs.replace(scene, slide=msgspec.structs.replace(scene.slide, subtitle=lie))
        ),
    }
    for where, lied in lies.items():
        assert [(found.where, found.word) for found in check(lied, LIBRARY)] == [(where, "99")]


def _with(script: Script, scene: Scene) -> Script:
    return msgspec.structs.replace(script, scenes=_replaced(script.scenes, 0, scene))


def drawn(slide: object) -> list[Violation]:
    return list(check(showing(slide), LIBRARY))


def test_a_label_is_taken_over_letter_by_letter():
    def boxes(label: str) -> ArchitectureSlide:
        node = Node(id="portico.types", label=Text(label, ("module.2",)), note=Text(""))
        return ArchitectureSlide(kicker=Text(""), title=Text(""), nodes=(node,))

    assert drawn(boxes("types")) == []
    assert [found.word for found in drawn(boxes("turbo"))] == ["turbo"]


def test_an_arrow_no_import_draws_is_found():
    def arrow(source: str, target: str) -> ArchitectureSlide:
        edge = Edge(source=source, target=target, facts=("import.1",))
        return ArchitectureSlide(kicker=Text(""), title=Text(""), nodes=(), edges=(edge,))

    assert drawn(arrow("portico.cli", "portico.application")) == []
    assert [found.word for found in drawn(arrow("portico.application", "portico.cli"))] != []


def test_changed_code_is_found():
    def code(text: str, first_line: int) -> CodeSlide:
        return CodeSlide(
            kicker=Text(""),
            title=Text(""),
            path=Text("portico/routing.py", ("excerpt.1",)),
            language="python",
            first_line=first_line,
            code=Text(text, ("excerpt.1",)),
        )

    lines = "    for route in self.routes:\n        if route.pattern.fullmatch(path):"
    assert drawn(code(lines, 254)) == []
    assert drawn(code(lines, 255)) != []
    assert drawn(code(lines.replace("fullmatch", "match"), 254)) != []


def test_a_changed_share_of_the_language_bar_is_found():
    def bar(share: float) -> GlanceSlide:
        python = LanguageShare(name=Text("Python", ("language.1",)), share=share, color="#3572A5")
        return GlanceSlide(
            kicker=Text(""), title=Text(""), stats=(), languages_label=Text(""), languages=(python,)
        )

    assert drawn(bar(0.914)) == []
    assert drawn(bar(0.99)) != []


def test_headings_without_claims_need_no_facts():
    assert drawn(ListSlide(kicker=Text("At a glance"), title=Text("What it offers"), items=())) == []


def test_one_changed_digit_anywhere_in_a_real_script_is_found():
    """The control: whichever spoken number changes, the gate fails."""
    script = write(LIBRARY)
    lies = [
        msgspec.structs.replace(script, scenes=_replaced(script.scenes, place, _lied(one, number)))
        for place, one in enumerate(script.scenes)
        for number, sentence in enumerate(one.sentences)
        if DIGIT.search(sentence.text)
    ]
    assert len(lies) >= 5
    assert all(check(lie, LIBRARY) for lie in lies)


DIGIT = re.compile(r"\d")


def _lied(scene: Scene, number: int) -> Scene:
    sentence = scene.sentences[number]
    text = DIGIT.sub(lambda digit: str((int(digit[0]) + 4) % 9 + 1), sentence.text, count=1)
    lied = msgspec.structs.replace(sentence, text=text)
    return msgspec.structs.replace(scene, sentences=_replaced(scene.sentences, number, lied))


def _replaced(parts, place, part):
    return (*parts[:place], part, *parts[place + 1 :])
