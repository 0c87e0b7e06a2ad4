"""Scanning local folders: what counts, what is left out, and what a hostile one cannot make us run."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from services.scanner.unreadable import Unreadable
from tests.unit.scanner.building import SMALL_PROJECT, commit_all, git, scan, value_of, write_files


def test_a_repository_tells_its_facts(tmp_path):
    commit = commit_all(write_files(tmp_path, SMALL_PROJECT))
    base = scan(tmp_path)
    assert (base.repo, base.commit) == ("demo", commit)
    assert value_of(base, "repo.name") == "demo"
    assert value_of(base, "readme.summary") == "Demo adds numbers that nobody wants to add by hand."
    assert value_of(base, "files.count") == len(SMALL_PROJECT)
    assert value_of(base, "language.1") == "Python"
    assert value_of(base, "commits.count") == 1
    assert value_of(base, "commits.last") == "2026-01-02"
    assert value_of(base, "contributor.1") == "Ada"
    assert value_of(base, "tests.count") == 1


def test_every_fact_has_evidence_and_every_cited_line_exists(tmp_path):
    commit_all(write_files(tmp_path, SMALL_PROJECT))
    base = scan(tmp_path)
    assert all(fact.evidence for fact in base.facts)
    for evidence in (each for fact in base.facts for each in fact.evidence if each.lines):
        lines = (tmp_path / (evidence.path or "")).read_text("utf-8").splitlines()
        assert 1 <= evidence.lines[0] <= evidence.lines[1] <= len(lines)


def test_ids_are_unique(tmp_path):
    commit_all(write_files(tmp_path, SMALL_PROJECT))
    ids = [fact.id for fact in scan(tmp_path).facts]
    assert len(ids) == len(set(ids))


def test_the_same_input_gives_the_same_bytes(tmp_path):
    commit_all(write_files(tmp_path, SMALL_PROJECT))
    assert msgspec.json.encode(scan(tmp_path)) == msgspec.json.encode(scan(tmp_path))


def test_untracked_files_do_not_count(tmp_path):
    commit_all(write_files(tmp_path, SMALL_PROJECT))
    write_files(tmp_path, {"scratch.py": "x = 1\n"})
    assert value_of(scan(tmp_path), "files.count") == len(SMALL_PROJECT)


def test_a_repository_without_a_commit_shows_what_it_does_not_ignore(tmp_path):
    write_files(tmp_path, {**SMALL_PROJECT, ".gitignore": "*.log\n", "noise.log": "x\n"})
    git(tmp_path, "init", "--quiet")
    base = scan(tmp_path)
    assert base.commit is None
    assert value_of(base, "files.count") == len(SMALL_PROJECT) + 1
    assert not base.of_kind("history")


def test_a_changed_work_tree_is_called_dirty(tmp_path):
    commit_all(write_files(tmp_path, SMALL_PROJECT))
    assert "dirty" not in scan(tmp_path).find("repo.commit").attributes
    write_files(tmp_path, {"demo/core.py": "x = 1\n"})
    base = scan(tmp_path)
    assert base.find("repo.commit").attributes == {"dirty": True}
    assert any("changes" in warning for warning in base.warnings)


def test_a_ref_is_read_from_history_not_from_the_work_tree(tmp_path):
    commit_all(write_files(tmp_path, {"README.md": "# One\n\nThe first state of this thing.\n"}))
    git(tmp_path, "tag", "v1")
    commit_all(write_files(tmp_path, {"README.md": "# Two\n\nThe second state of this thing.\n"}))
    assert value_of(scan(tmp_path, "v1"), "readme.title") == "One"
    assert value_of(scan(tmp_path), "readme.title") == "Two"


def test_an_unknown_ref_is_refused(tmp_path):
    commit_all(write_files(tmp_path, SMALL_PROJECT))
    for ref in ("nonsense", "--help"):
        with pytest.raises(Unreadable, match="no branch, tag or commit"):
            scan(tmp_path, ref)


def test_a_plain_folder_is_walked_without_the_folders_of_tools(tmp_path):
    noise = {"node_modules/x/index.js": "x\n", ".venv/lib/a.py": "x\n", "__pycache__/a.pyc": "x\n"}
    base = scan(write_files(tmp_path, {**SMALL_PROJECT, **noise}))
    assert base.commit is None
    assert value_of(base, "files.count") == len(SMALL_PROJECT)


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    secret = write_files(tmp_path / "secret", {"key.txt": "hidden\n"})
    folder = write_files(tmp_path / "repo", {"a.py": "x = 1\n"})
    (folder / "link.txt").symlink_to(secret / "key.txt")
    (folder / "way").symlink_to(secret)
    commit_all(folder)
    base = scan(folder)
    assert value_of(base, "files.count") == 1
    assert any("link" in warning for warning in base.warnings)


def test_a_tracked_folder_replaced_by_a_link_is_not_entered(tmp_path):
    folder = write_files(tmp_path / "repo", {"a.py": "x = 1\n", "inner/b.py": "y = 1\n"})
    commit_all(folder)
    (folder / "inner").rename(tmp_path / "elsewhere")
    (folder / "inner").symlink_to(tmp_path / "elsewhere")
    assert value_of(scan(folder), "files.count") == 1


def test_a_pipe_does_not_block_the_scan(tmp_path):
    os.mkfifo(write_files(tmp_path, {"a.py": "x = 1\n"}) / "pipe")
    assert value_of(scan(tmp_path), "files.count") == 1


def test_a_hostile_configuration_runs_nothing(tmp_path):
    folder = write_files(tmp_path / "repo", {**SMALL_PROJECT, ".gitattributes": "* filter=evil diff=evil\n"})
    commit_all(folder)
    mark = tmp_path / "ran"
    program = f"touch {mark}; cat"
    for key in (
        "core.fsmonitor",
        "filter.evil.clean",
        "filter.evil.smudge",
        "filter.evil.process",
        "diff.evil.command",
        "diff.external",
        "core.pager",
        "pager.log",
        "gpg.program",
        "core.sshCommand",
        "core.askPass",
        "core.hooksPath",
    ):
        git(folder, "config", key, program)
    git(folder, "config", "core.worktree", "/")
    git(folder, "config", "log.showSignature", "true")
    write_files(folder, {"demo/core.py": "x = 2\n"})
    assert value_of(scan(folder), "files.count") == len(SMALL_PROJECT) + 1
    assert value_of(scan(folder, "HEAD"), "files.count") == len(SMALL_PROJECT) + 1
    assert not mark.exists()


def test_an_empty_folder_is_refused_with_a_hint(tmp_path):
    with pytest.raises(Unreadable) as caught:
        scan(tmp_path)
    assert caught.value.code == "empty"
    assert caught.value.hint


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(Unreadable) as caught:
        scan(tmp_path / "none")
    assert caught.value.code == "not_found"


def test_too_many_files_are_refused(tmp_path):
    write_files(tmp_path, SMALL_PROJECT)
    with pytest.raises(Unreadable, match="more than 2 files"):
        scan(tmp_path, max_entries=2)


def test_too_many_bytes_are_refused(tmp_path):
    write_files(tmp_path, SMALL_PROJECT)
    with pytest.raises(Unreadable, match="more than 50 bytes"):
        scan(tmp_path, max_unpacked_bytes=50)


def test_a_repository_without_a_readme_tells_the_rest(tmp_path):
    without = {name: text for name, text in SMALL_PROJECT.items() if name != "README.md"}
    base = scan(write_files(tmp_path, without))
    assert not base.of_kind("readme")
    assert value_of(base, "manifest.1") == "pyproject.toml"


def test_a_language_nobody_knows_gives_no_language(tmp_path):
    base = scan(write_files(tmp_path, {"main.qux": "do something\n", "other.qux": "more\n"}))
    assert not base.of_kind("language")
    assert base.find("lines.count") is None
    assert value_of(base, "files.count") == 2


def test_a_language_without_an_import_reader_is_still_measured(tmp_path):
    base = scan(write_files(tmp_path, {"main.zig": "const a = 1;\n", "lib.zig": "const b = 2;\n"}))
    assert (value_of(base, "language.1"), value_of(base, "lines.count")) == ("Zig", 2)
    assert not base.of_kind("module")


def test_the_name_comes_from_the_origin_on_github(tmp_path):
    commit_all(write_files(tmp_path, SMALL_PROJECT))
    git(tmp_path, "remote", "add", "origin", "git@github.com:acme/site.git")
    base = scan(tmp_path)
    assert (base.repo, value_of(base, "repo.full_name"), value_of(base, "repo.name")) == (
        "acme/site",
        "acme/site",
        "site",
    )


def test_an_origin_elsewhere_is_no_full_name(tmp_path):
    commit_all(write_files(tmp_path, SMALL_PROJECT))
    git(tmp_path, "remote", "add", "origin", "https://user:token@example.com/acme/site.git")
    base = scan(tmp_path)
    assert base.find("repo.full_name") is None
    assert b"token@" not in msgspec.json.encode(base)


def test_a_folder_without_manifest_is_called_by_its_own_name(tmp_path):
    folder = write_files(tmp_path / "thing", {"a.py": "x = 1\n"})
    assert scan(folder).repo == "thing"


def test_a_shallow_clone_does_not_count_its_commits(tmp_path):
    origin = write_files(tmp_path / "origin", SMALL_PROJECT)
    commit_all(origin)
    commit_all(origin, "Another")
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{origin}", "clone")
    base = scan(tmp_path / "clone")
    assert base.find("commits.count") is None
    assert any("shallow" in warning for warning in base.warnings)


def test_tags_come_newest_first_with_their_dates(tmp_path):
    commit_all(write_files(tmp_path, SMALL_PROJECT))
    git(tmp_path, "tag", "v1.9")
    later = "2026-02-03T00:00:00Z"
    commit_all(tmp_path, GIT_COMMITTER_DATE=later)
    git(tmp_path, "tag", "v1.10")
    base = scan(tmp_path)
    assert (value_of(base, "tag.1"), value_of(base, "tag.2")) == ("v1.10", "v1.9")
    assert base.find("tag.1").attributes == {"date": "2026-02-03"}


def test_bots_are_no_contributors_by_name(tmp_path):
    commit_all(write_files(tmp_path, SMALL_PROJECT))
    commit_all(tmp_path, GIT_AUTHOR_NAME="dependabot[bot]")
    base = scan(tmp_path)
    assert [fact.value for fact in base.of_kind("contributor")] == ["Ada"]
    assert value_of(base, "contributors.count") == 2


def test_merges_and_empty_commits_count(tmp_path):
    commit_all(write_files(tmp_path, SMALL_PROJECT))
    commit_all(tmp_path, "Empty")
    assert value_of(scan(tmp_path), "commits.count") == int(git(tmp_path, "rev-list", "--count", "HEAD")) == 2


def test_a_folder_behind_a_link_is_read(tmp_path):
    commit = commit_all(write_files(tmp_path / "real", SMALL_PROJECT))
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert scan(tmp_path / "link").commit == commit


def test_a_folder_inside_a_repository_tells_of_that_folder_only(tmp_path):
    commit_all(write_files(tmp_path, {"inner/a.py": "x = 1\n", "b.py": "y = 2\n"}))
    assert value_of(scan(tmp_path / "inner"), "files.count") == 1


def test_a_linked_work_tree_is_read_like_any_other(tmp_path):
    main = write_files(tmp_path / "main", SMALL_PROJECT)
    commit = commit_all(main)
    git(main, "worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
    assert scan(tmp_path / "side").commit == commit


def test_a_repository_of_sha256_is_read(tmp_path):
    git(tmp_path, "init", "--quiet", "--object-format=sha256")
    commit = commit_all(write_files(tmp_path, SMALL_PROJECT))
    assert (len(commit), scan(tmp_path).commit) == (64, commit)


def test_a_name_in_no_encoding_is_read(tmp_path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.py")).write_text("x = 1\n")
    commit_all(tmp_path)
    base = scan(tmp_path)
    assert value_of(base, "files.count") == 1
    assert msgspec.json.encode(base)


def test_a_submodule_is_left_out(tmp_path):
    folder = write_files(tmp_path / "repo", {"a.py": "x = 1\n"})
    commit = commit_all(folder)
    (folder / "inner").mkdir()
    git(folder, "update-index", "--add", "--cacheinfo", f"160000,{commit},inner")
    base = scan(folder)
    assert value_of(base, "files.count") == 1
    assert any("'inner'" in warning for warning in base.warnings)


def test_versions_come_before_the_tags_of_single_packages(tmp_path):
    folder = write_files(tmp_path, {"a.py": "x = 1\n"})
    commit_all(folder)
    for number, tag in enumerate(("1.9.0", "1.10.0", "1.11.0rc1", "core-0.4")):
        git(folder, "tag", "-a", tag, "-m", tag, GIT_COMMITTER_DATE=f"2026-02-0{number + 1}T00:00:00Z")
    base = scan(folder)
    assert [value_of(base, f"tag.{number}") for number in (1, 2, 3)] == ["1.10.0", "1.9.0", "1.11.0rc1"]


def test_the_newest_tag_is_told_whatever_it_names(tmp_path):
    folder = write_files(tmp_path, {"a.py": "x = 1\n"})
    commit_all(folder)
    for number in range(12):
        git(
            folder,
            "tag",
            "-a",
            f"1.{number}",
            "-m",
            "x",
            GIT_COMMITTER_DATE=f"2026-02-{number + 1:02}T00:00:00Z",
        )
    git(folder, "tag", "-a", "core-0.4", "-m", "x", GIT_COMMITTER_DATE="2026-03-01T00:00:00Z")
    base = scan(folder)
    assert [value_of(base, f"tag.{number}") for number in (1, 9, 10)] == ["1.11", "1.3", "core-0.4"]
    assert base.find("tag.11") is None


def test_without_a_readme_at_the_top_that_of_a_package_is_read(tmp_path):
    write_files(
        tmp_path,
        {
            "packages/small/README.md": "# Small\n",
            "packages/tree/README.md": "# Tree\n\nTree grows trees of all kinds.\n",
        },
    )
    assert value_of(scan(tmp_path), "readme.title") == "Tree"


def test_a_header_with_a_class_counts_as_cpp(tmp_path):
    write_files(tmp_path, {"a.h": "namespace a {\nclass B {};\n}\n", "b.h": "int c(void);\n"})
    base = scan(tmp_path)
    assert {value_of(base, "language.1"), value_of(base, "language.2")} == {"C++", "C"}


def test_an_excerpt_is_in_a_language_the_repository_is_written_in(tmp_path):
    python = "def helper(x):\n    y = x\n    y = int(y)\n    y = abs(y)\n    print(y)\n    return y\n"
    go = (
        "package a\n\n"
        + "// Add adds.\nfunc Add(a int) int {\n\tb := a\n\tb = b + 1\n\tprintln(b)\n\treturn b\n}\n" * 30
    )
    write_files(
        tmp_path, {"support/a.py": python, "support/b.py": "from a import helper\nhelper(1)\n", "main.go": go}
    )
    assert [
        fact.attributes["path"]
        for fact in scan(tmp_path).of_kind("excerpt")
        if fact.attributes["path"].endswith(".py")
    ] == []


def test_commits_are_counted_by_month_and_the_busiest_is_told(tmp_path):
    commit_all(write_files(tmp_path, SMALL_PROJECT))
    for day in ("2026-03-04", "2026-03-09"):
        commit_all(tmp_path, GIT_COMMITTER_DATE=f"{day}T00:00:00Z")
    base = scan(tmp_path)
    assert value_of(base, "commits.by_month") == ("2026-01: 1", "2026-03: 2")
    assert value_of(base, "commits.busiest") == 2
    assert base.find("commits.busiest").attributes == {"first_day": "2026-03-01"}


def test_the_first_of_each_major_version_marks_the_way(tmp_path):
    folder = write_files(tmp_path, {"a.py": "x = 1\n"})
    commit_all(folder)
    tags = ("0.1", "0.2", "1.0rc1", "1.0", "1.1", "core-7.0", "2.0", "3.0", "4.0", "5.0", "5.1")
    for number, tag in enumerate(tags):
        git(folder, "tag", "-a", tag, "-m", tag, GIT_COMMITTER_DATE=f"2026-02-{number + 1:02}T00:00:00Z")
    base = scan(folder)
    told = [value_of(base, f"milestone.{number}") for number in range(1, 6)]
    assert told == ["0.1", "3.0", "4.0", "5.0", "5.1"]
    assert base.find("milestone.1").attributes == {"date": "2026-02-01"}
    assert base.find("milestone.6") is None
