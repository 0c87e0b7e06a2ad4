"""Settings come from the environment; a wrong one is named, never shown."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from shared.errors import SettingsError
from shared.settings import PlaceSettings, load


class Example(msgspec.Struct, frozen=True, kw_only=True):
    count: int = msgspec.field(name="EXAMPLE_COUNT", default=3)
    names: tuple[str, ...] = msgspec.field(name="EXAMPLE_NAMES", default=())
    folder: Path | None = msgspec.field(name="EXAMPLE_FOLDER", default=None)


class Odd(msgspec.Struct):
    number: complex = msgspec.field(name="ODD", default=1j)


def test_what_is_not_set_or_empty_keeps_its_default() -> None:
    assert load(Example, {"EXAMPLE_COUNT": " ", "OTHER": "1"}) == Example()


def test_words_are_split_at_commas_and_folders_are_paths() -> None:
    read = load(Example, {"EXAMPLE_COUNT": "7", "EXAMPLE_NAMES": " a, ,b,", "EXAMPLE_FOLDER": "/x"})
    assert read == Example(count=7, names=("a", "b"), folder=Path("/x"))


def test_a_wrong_value_is_refused_by_its_variables_name_and_not_repeated() -> None:
    with pytest.raises(SettingsError) as refused:
        load(Example, {"EXAMPLE_COUNT": "s3cret"})
    assert "EXAMPLE_COUNT" in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_type_nobody_can_read_is_a_mistake_of_ours() -> None:
    with pytest.raises((NotImplementedError, SettingsError)):
        load(Odd, {"ODD": "1"})


def test_films_lie_in_the_data_folder_unless_they_have_their_own() -> None:
    assert load(PlaceSettings, {"REPOREEL_DATA": "/data"}).films == Path("/data/films")
    assert load(PlaceSettings, {"REPOREEL_OUT": "/films"}).films == Path("/films")


def test_a_value_can_stand_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "names").write_text("a,b\n")
    assert load(Example, {"EXAMPLE_NAMES_FILE": str(tmp_path / "names")}).names == ("a", "b")


def test_a_variable_wins_over_its_file(tmp_path: Path) -> None:
    (tmp_path / "count").write_text("1")
    assert load(Example, {"EXAMPLE_COUNT": "2", "EXAMPLE_COUNT_FILE": str(tmp_path / "count")}).count == 2


@pytest.mark.parametrize("content", [None, b"\xff", b"1" * 70_000])
def test_a_file_that_cannot_be_a_value_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "count"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match="EXAMPLE_COUNT_FILE"):
        load(Example, {"EXAMPLE_COUNT_FILE": str(path)})
