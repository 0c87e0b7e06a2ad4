"""A whole film of a repository full of secrets: none is in any file, stored message or log line it leaves."""

from __future__ import annotations

from pathlib import Path

import aiohttp

from tests.security.test_s10_secrets import leaks, repository
from tests.support.commands import up
from tests.support.pipelines import wait_until
from tests.unit.scanner.building import commit_all, write_files

FILM_SECONDS = 240.0


async def test_no_byte_of_a_whole_film_or_its_messages_holds_a_secret(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "planted" / "repo", repository())
    commit_all(folder, "Begin")
    data, log = tmp_path / "data", list[str]()
    async with up(data, log, REPOREEL_LOCAL_ROOT=str(folder.parent), REPOREEL_LOG_LEVEL="debug") as address:
        record = await _film(address, str(folder))
        left = {path: path.read_bytes() for path in data.rglob("*") if path.is_file()}
    assert record["status"] == "finished", record["error"]
    assert {"video.en.mp4", "facts.json", "script.en.json", "index.html"} <= {path.name for path in left}
    assert any(
        record["job_id"].encode() in content for path, content in left.items() if path.suffix == ".blk"
    )
    assert {path.name: leaks(content) for path, content in left.items() if leaks(content)} == {}
    assert leaks("".join(log).encode()) == []
    assert "stage.finished" in "".join(log)


async def _film(address: str, repo: str) -> dict[str, str]:
    async with aiohttp.ClientSession(address) as session:
        async with session.post("/jobs", json={"repo": repo, "languages": ["en"]}) as accepted:
            where = (await accepted.json())["status_url"]

        async def ended() -> bool:
            async with session.get(where) as answer:
                return (await answer.json())["status"] in {"finished", "failed"}

        await wait_until(ended, FILM_SECONDS)
        async with session.get(where) as answer:
            record: dict[str, str] = await answer.json()
            return record
