"""`reporeel run --publish`: who gives the command is the operator."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.__main__ import main
from services.commands.run import UsageError, Wish, _allowed, _body


def wish(*publish: str) -> Wish:
    return Wish(
        repo="acme/site",
        ref=None,
        languages=("en",),
        format="wide",
        profile="overview",
        voices={},
        out=Path("films"),
        as_json=False,
        quiet=True,
        publish=publish,
    )


def test_what_is_named_is_allowed_beside_what_was() -> None:
    environ = {"REPOREEL_PUBLISH_TARGETS": "files,blog"}
    assert _allowed(wish("youtube", "force"), environ) == ("files", "blog", "youtube")
    assert _body(wish("youtube", "force"))["publish"] == ("files", "youtube", "force")
    assert _body(wish())["publish"] == ("files",)


def test_a_target_that_there_is_not_is_named_with_those_there_are() -> None:
    with pytest.raises(UsageError, match="'myspace': --publish takes files, youtube, blog, github, force"):
        _allowed(wish("myspace"), {})


def test_a_target_without_credentials_stops_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    (tmp_path / "site").mkdir()
    assert main(["run", str(tmp_path / "site"), "--publish", "github", "--out", str(tmp_path)]) == 2
    assert "set GITHUB_TOKEN" in capsys.readouterr().err
