"""The tables of phrases: well formed, and each phrase reaches its translation."""

import re
from importlib.resources import files

import msgspec
import pytest

from services.narrator.write import write
from services.translator.amounts import MONTHS
from services.translator.chain import Chain
from services.translator.names import protected
from services.translator.phrasebook import parse, phrasebook
from services.translator.slots import Slots
from shared.truth.gate import IDENTITY
from tests.support.fact_bases import ALL, RELEASED

TABLES = sorted(path.name.split(".")[1] for path in (files("services.translator") / "data").iterdir())


def rows(language):
    text = (files("services.translator") / "data" / f"phrases.{language}.tsv").read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("# ")]


def sources(language):
    return [
        tuple(line.split("\t")[:2]) for line in rows(language) if line.split("\t")[0] in ("whole", "part")
    ]


@pytest.mark.parametrize("language", TABLES)
def test_the_table_is_clean_and_lists_nothing_twice(language):
    assert all(line == line.strip() for line in rows(language))
    assert len(rows(language)) == len(set(rows(language)))
    assert len(sources(language)) == len(set(sources(language)))


@pytest.mark.parametrize("language", TABLES)
def test_every_table_has_every_phrase(language):
    assert sources(language) == sources("pt")
    assert len(sources("pt")) > 250


@pytest.mark.parametrize("language", TABLES)
def test_the_words_a_list_needs_are_there(language):
    assert {"and", "or", "but", "date", *MONTHS} <= set(phrasebook(language).words)


def test_a_language_without_a_table_leaves_all_to_the_engines():
    book = phrasebook("tlh")
    assert book.whole("At a glance") is None
    slots = Slots()
    listed = f"{slots.put('anyio', 'name')} and {slots.put('idna', 'name')}"
    assert book.settled(listed, slots) == listed


@pytest.mark.parametrize(
    ("language", "said", "right"),
    [
        ("es", "Se basa en httpx y idna.", "Se basa en httpx e idna."),
        ("es", "hierro y hielo", "hierro y hielo"),
        ("es", "cerca de el 96 %", "cerca del 96 %"),
        ("fr", "le dernier datant de avril 2026", "le dernier datant d'avril 2026"),
        ("fr", "de mars 2026", "de mars 2026"),
        ("it", "httpx e e-mail", "httpx ed e-mail"),
    ],
)
def test_a_word_changes_before_what_follows_it(language, said, right):
    assert phrasebook(language).joined(said) == right


@pytest.mark.parametrize(
    "line",
    [
        "whole\tno target",
        "whole\t{} files\tarquivos",
        "part\t{}\t{0} {0}",
        "part\tfiles\t{0} arquivos",
        "x\ta\tb",
    ],
)
def test_a_wrong_line_is_named(line):
    with pytest.raises(ValueError, match="line 1"):
        parse(line)


def test_a_part_that_counts_leaves_names_alone():
    book = parse("word\tand\te\npart\t{#} files\t{0} arquivos")
    slots = Slots()
    name, number = slots.put("tidy", "name"), slots.put("3", "number")
    assert slots.filled(book.settled(f"{name} files", slots)) == "tidy files"
    assert slots.filled(book.settled(f"{number} files", slots)) == "3 arquivos"


def test_clauses_are_joined_as_the_language_joins_them():
    book = parse("word\tand\te\nword\tbut\tmas\nwhole\tit runs\tele roda\nwhole\tit waits\tele espera")
    assert book.whole("It runs, and it waits.") == "ele roda, e ele espera."
    assert book.whole("It runs; it waits.") == "ele roda; ele espera."
    assert book.whole("It runs, and it sings.") is None


def test_no_phrase_holds_a_word_that_is_settled_before_phrases_are_looked_up():
    """`CI` is a name wherever it stands: a phrase must leave a slot for it."""
    settled = re.compile(protected(()))
    unreachable = [phrase for _, phrase in sources("pt") if settled.search(re.sub("{#?}", "", phrase))]
    assert unreachable == []
    assert settled.search("one CI workflow")


QUOTED = re.compile(r"“[^”]*”")
README_NOUN = re.compile(r"This is .*, an? ")
"""A reel says what a thing is in the words of its README."""


@pytest.mark.parametrize(
    ("base", "profile"),
    [*((base, profile) for base in ALL for profile in ("overview", "reel20")), (RELEASED, "release")],
)
def test_what_the_writer_says_in_its_own_words_is_in_the_book(base, profile):
    """In any of the forms it chooses from; only what it quotes is left to the engines."""
    chain = Chain("pt", ())
    left: set[str] = set()
    with chain.foreseeing():
        for number in range(20):
            named = msgspec.structs.replace(base, repo=f"{base.repo}#{number}")
            for scene in write(named, profile).scenes:
                for sentence in scene.sentences:
                    asked = len(chain._asked)
                    facts = [fact for fact in base.facts if fact.id in (*sentence.facts, *IDENTITY)]
                    chain.translate(QUOTED.sub("“Quoted”", sentence.text), facts)
                    left.update(chain._asked[asked:])
    assert {text for text in left if not README_NOUN.match(text)} <= {"Quoted"}
