"""The example scripts: what may stand in the documentation, and what its check finds."""

from __future__ import annotations

import hashlib
import re
import tarfile

import msgspec
import pytest

from docs.examples import regenerate, sources
from services.scanner.scan import scan_folder
from services.scanner.settings import ScannerSettings
from shared.offload import ignore_progress
from tests.unit.scanner.building import SMALL_PROJECT, commit_all, write_files


@pytest.fixture
def example(tmp_path):
    commit_all(write_files(tmp_path, SMALL_PROJECT))
    base = scan_folder(ignore_progress, tmp_path, None, ScannerSettings().limits).base
    return regenerate._written(base, "demo", "overview")


def test_an_example_without_fault_passes(example):
    assert regenerate.faults([example]) == []


def test_a_claim_that_is_not_carried_is_a_fault(example):
    assert "not carried" in regenerate.faults([example._replace(violations=1)])[0]


def test_a_sentence_without_facts_is_a_fault(example):
    first = example.script.scenes[0]
    told = msgspec.structs.replace(first.sentences[0], facts=())
    bare = msgspec.structs.replace(first, sentences=(told,))
    script = msgspec.structs.replace(example.script, scenes=(bare,))
    assert regenerate.faults([example._replace(script=script)]) == [f"demo: no fact under {told.text!r}"]


def test_a_sentence_that_more_than_a_third_share_is_a_fault(example):
    faults = regenerate.faults([example] * 4)
    assert any(fault.startswith("shared by 4") for fault in faults)


@pytest.mark.parametrize("group", regenerate.GROUPS)
def test_every_example_stands_in_the_table_with_all_claims_carried(group):
    folder = regenerate.GROUPS[group]
    table = (folder / "README.md").read_text("utf-8")
    rows = re.findall(
        r"^\| \[([^]]+)\]\(.*\.md\) \| ([^|]+) \|(?:[^|]+\|){3} ([\d.]+) \|", table, re.MULTILINE
    )
    assert sorted(name for name, _, _ in rows) == sorted(
        p.stem for p in folder.glob("*.md") if p.stem != "README"
    )
    assert {carried for _, _, carried in rows} == {"1.00"}
    assert len({language for _, language, _ in rows}) >= 8
    listed = [one for one in sources.listed() if one.is_package == (group == "packages")]
    assert len(listed) >= 12
    assert len(rows) == sum(len(one.profiles) for one in listed)


def test_a_line_that_names_no_source_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "LIST", tmp_path / "sources.txt")
    for line in ("github:acme/site@main overview", "npm:left-pad@1.0 overview", f"github:a/b@{'0' * 40}"):
        sources.LIST.write_text(f"# what it is\n{line}\n")
        with pytest.raises(ValueError, match=line.partition(" ")[0]):
            sources.listed()


def test_an_archive_with_another_checksum_is_not_unpacked(tmp_path, monkeypatch):
    with tarfile.open(tmp_path / "left-pad-1.0.0.tgz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("package/index.js"))
    right = hashlib.sha256((tmp_path / "left-pad-1.0.0.tgz").read_bytes()).hexdigest()
    monkeypatch.setattr(sources, "_downloaded", lambda _source, _into: tmp_path / "left-pad-1.0.0.tgz")
    wrong = sources.Source(sources.SOURCE.fullmatch(f"npm:left-pad@1.0.0#sha256={'0' * 64}"), ("overview",))
    with pytest.raises(SystemExit, match="checksum differs"):
        sources.obtained(wrong, tmp_path / "kept")
    assert list((tmp_path / "kept").iterdir()) == []
    same = sources.Source(sources.SOURCE.fullmatch(f"npm:left-pad@1.0.0#sha256={right}"), ("overview",))
    assert [path.name for path in sources.obtained(same, tmp_path / "kept").iterdir()] == ["index.js"]
