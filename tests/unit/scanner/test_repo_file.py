"""`.github/reporeel.yml`: what counts, what is left out with a warning, and what it can never do."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.scanner.analysis.choosing import chosen
from services.scanner.analysis.survey import survey
from services.scanner.limits import ScanLimits
from services.scanner.repo_file import MAX_BYTES, NAMES, RepoFile, read_repo_file
from services.scanner.wishes import settled
from shared.events import JobSpec
from tests.unit.scanner.building import SMALL_PROJECT, files_of, scan, value_of, write_files

WHOLE = """
languages: [en, pt]
voice: {en: clara}
triggers: [star, release]
profile: release
brand_color: "#0a7f5c"
glossary:
  pt: {stage: etapa, NATS: NATS}
pronunciations:
  en: {nginy: engine why, QCL: Q C L}
include: [src, "*.md"]
exclude: ["src/vendored"]
"""


def read(text: str) -> tuple[RepoFile, tuple[str, ...]]:
    return read_repo_file({NAMES[0]: text})


def test_the_documented_example_holds_every_field_and_all_of_it_counts():
    page = Path(__file__).parents[3].joinpath("docs", "repository-file.md").read_text(encoding="utf-8")
    asked, warnings = read(page.partition("```yaml\n")[2].partition("```")[0])
    assert warnings == ()
    assert [field for field in RepoFile.__struct_fields__ if not getattr(asked, field)] == []


def test_a_whole_file_is_understood():
    asked, warnings = read(WHOLE)
    assert warnings == ()
    assert asked == RepoFile(
        languages=("en", "pt"),
        voice={"en": "clara"},
        triggers=("star", "release"),
        profile="release",
        brand_color="#0a7f5c",
        glossary={"pt": {"stage": "etapa", "NATS": "NATS"}},
        pronunciations={"en": {"nginy": "engine why", "QCL": "Q C L"}},
        include=("src", "*.md"),
        exclude=("src/vendored",),
    )


def test_no_file_and_an_empty_file_ask_for_nothing():
    assert read_repo_file({}) == (RepoFile(), ())
    assert read("") == (RepoFile(), ())
    assert read_repo_file({NAMES[1]: "profile: reel20\n"})[0].profile == "reel20"


@pytest.mark.parametrize(
    "field",
    [
        "privacy: public",
        "publish: [youtube]",
        "callback_url: https://x.example",
        "token: abc",
        "1: x",
        "GITHUB_TOKEN: x",
    ],
)
def test_a_field_that_is_not_there_is_named_and_the_others_count(field):
    asked, warnings = read(f"{field}\nprofile: release\n")
    assert asked == RepoFile(profile="release")
    assert len(warnings) == 1
    assert NAMES[0] in warnings[0]
    assert field.partition(":")[0] in warnings[0] or "int" in warnings[0]


@pytest.mark.parametrize(
    "field",
    [
        "languages: english",
        "languages: [no]",
        "languages: [" + "en, " * 13 + "]",
        "brand_color: red",
        "brand_color: '#12345'",
        "profile: everything",
        "triggers: [cli]",
        "voice: 5",
        "glossary: {pt: {a: [b]}}",
        "pronunciations: {en: {nginy: 'come to our shop and buy it now'}}",
        "pronunciations: {en: {nginy: /x/}}",
        "pronunciations: {en: {v2: version three}}",
        "include: src",
        "exclude: ['" + "x" * 300 + "']",
    ],
)
def test_a_value_that_breaks_its_rule_is_left_out_by_name(field):
    asked, warnings = read(f"{field}\nvoice: {{en: clara}}\n" if not field.startswith("voice") else field)
    assert field.partition(":")[0] in warnings[0]
    assert asked == (RepoFile() if field.startswith("voice") else RepoFile(voice={"en": "clara"}))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: &a [x]\nlanguages: *a\n", "aliases"),
        ("a: " + "[" * 60 + "]" * 60, "too deep"),
        ("x" * (MAX_BYTES + 1), "larger"),
        ("languages: [en", ""),
        ("- en\n- pt\n", "no fields"),
        ("a: !!python/object/apply:os.system ['true']\n", ""),
        ("profile: \x00", ""),
        ("a: " + "9" * 5000, ""),
    ],
)
def test_a_file_that_cannot_be_used_is_a_warning_and_no_failure(text, why):
    asked, warnings = read(text)
    assert asked == RepoFile()
    assert why in warnings[0]
    assert len(warnings[0]) < 300


def spec_of(**fields: object) -> JobSpec:
    return JobSpec(repo="acme/site", **fields)


def test_what_was_asked_for_stands_and_the_file_fills_the_rest():
    asked, _warnings = read(WHOLE)
    film = settled(spec_of(languages=("en",), trigger="star"), asked, 4)
    assert film.languages == ("en",)
    assert (film.wishes.voices, film.wishes.profile) == ({"en": "clara"}, "release")
    assert film.wishes.glossary == {}
    assert film.wishes.brand_color == "#0a7f5c"
    by_hand = settled(spec_of(voices={"en": "brian"}, trigger="cli"), asked, 4)
    assert (by_hand.wishes.voices, by_hand.wishes.profile) == ({}, None)


def test_a_language_that_is_not_installed_is_dropped_with_a_warning():
    film = settled(spec_of(), RepoFile(languages=("en", "tlh")), 4)
    assert film.languages == ("en",)
    assert "tlh" in film.warnings[0]
    nothing_left = settled(spec_of(), RepoFile(languages=("tlh",)), 4)
    assert nothing_left.languages == ("en",)


def test_the_operators_number_of_languages_wins():
    film = settled(spec_of(), RepoFile(languages=("en",)), 0)
    assert film.languages == ("en",)
    assert "operator" in film.warnings[0]


def test_paths_are_chosen_and_the_warning_says_how_many_are_not():
    texts = {
        "src/a.py": "import os\n",
        "src/vendored/b.py": "x = 1\n",
        "tools/c.py": "y = 1\n",
        "README.md": "# R\n",
    }
    seen = chosen(
        survey(files_of(texts), ScanLimits()), RepoFile(include=("src", "*.md"), exclude=("src/vendored/",))
    )
    assert [each.path for each in seen.files] == ["README.md", "src/a.py"]
    assert "2 of 4 files" in seen.warnings[0]


def test_readme_and_licence_count_whatever_the_file_says():
    texts = {"README.md": "# R\n", "LICENSE": "MIT License\n", "a.py": "x = 1\n"}
    seen = chosen(survey(files_of(texts), ScanLimits()), RepoFile(exclude=("*",)))
    assert set(seen.texts) == {"README.md", "LICENSE"}


def test_a_pattern_cannot_keep_the_scanner_busy():
    texts = {"a" * 900 + ".py": "x = 1\n"}
    chosen(survey(files_of(texts), ScanLimits()), RepoFile(exclude=("*a" * 99 + "b",)))


def test_a_scan_obeys_the_file_unless_the_operator_does_not(tmp_path):
    write_files(tmp_path, {**SMALL_PROJECT, NAMES[0]: "exclude: [demo]\nsecret: 1\n"})
    base = scan(tmp_path)
    assert value_of(base, "files.count") == len(SMALL_PROJECT) - 1
    assert any("'secret'" in warning for warning in base.warnings)
    plain = scan(tmp_path, obeys_repo_file=False)
    assert value_of(plain, "files.count") == len(SMALL_PROJECT) + 1
    assert plain.warnings == ()
