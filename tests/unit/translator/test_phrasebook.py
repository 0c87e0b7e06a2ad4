"""The tables of phrases: well formed, and each phrase reaches its translation."""

from importlib.resources import files

import pytest

from services.translator.phrasebook import parse, phrasebook
from services.translator.slots import Slots

LINES = (files("services.translator") / "data" / "phrases.pt.tsv").read_text("utf-8").splitlines()


def test_the_table_is_clean_and_lists_nothing_twice():
    rows = [line for line in LINES if line and not line.startswith("# ")]
    assert len(rows) > 250
    assert all(line == line.strip() for line in rows)
    sources = [tuple(line.split("\t")[:2]) for line in rows if not line.startswith("term\t")]
    assert len(sources) == len(set(sources))


def test_the_words_a_list_needs_are_there():
    assert {"and", "or", "but", "date"} <= set(phrasebook("pt").words)


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
