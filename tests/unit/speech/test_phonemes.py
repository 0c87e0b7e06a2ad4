"""Cutting a long sentence into runs, and leading a model's times back to words."""

import pytest

from shared.speech.phonemes import Chunk, breaths, spans, symbols


def chunks(*phonemes: str) -> list[Chunk]:
    return [
        Chunk(index, text.rstrip(",."), text[len(text.rstrip(",.")) :]) for index, text in enumerate(phonemes)
    ]


def test_a_short_sentence_is_one_run():
    assert len(list(breaths(chunks("aa", "bb", "cc."), 100))) == 1


def test_a_long_sentence_is_cut_behind_a_clause():
    runs = list(breaths(chunks("aaaa", "bbbb", "cccc,", "dddd", "eeee."), 22))
    assert [symbols(run) for run in runs] == ["aaaa bbbb cccc,", "dddd eeee."]


def test_without_a_clause_it_is_cut_where_it_is_full():
    runs = list(breaths(chunks(*["abc"] * 100), 20))
    assert all(len(symbols(run)) <= 20 for run in runs)
    assert sum(len(run) for run in runs) == 100


def test_a_chunk_over_the_limit_stands_alone():
    assert [len(run) for run in breaths(chunks("a" * 50, "b"), 20)] == [1, 1]


def test_spans_take_in_the_mark_and_share_the_blank():
    first, second = spans(chunks("ab,", "c."), [0.5, 0.1, 0.2, 0.3, 0.4, 1.0, 0.1, 0.5])
    assert (first.start, first.end) == pytest.approx((0.5, 1.3))
    assert (second.start, second.end) == pytest.approx((1.3, 2.6))
