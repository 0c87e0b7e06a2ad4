"""Secrets planted everywhere a repository can hold text are in no artefact, log line or message.

Every byte that leaves the scanner is searched: fact base, event, warnings, log, error messages.
"""

from __future__ import annotations

import itertools
import json
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from services.scanner.limits import ScanLimits
from services.scanner.scan import scan_folder
from services.scanner.service import Scanner
from services.scanner.settings import ScannerSettings
from shared.errors import Reject
from shared.events import JobSpec, JobSubmitted, now
from shared.offload import ignore_progress
from shared.settings import load
from shared.telemetry import LogSettings, configure_logging
from tests.support.fake_github import FakeGitHub
from tests.support.pipelines import pipeline_process
from tests.unit.scanner.building import commit_all, git, write_files
from tests.unit.scanner.planted import Planted, planted

PLANTED = planted("corpus")
UNFIT = re.compile(r"[/\n:~^?*\[\\ ]|\.\.|\.$|^-")
NAMEABLE = [each.text for each in PLANTED.values() if len(each.text) < 100 and not UNFIT.search(each.text)]
"""Those that a file, a tag or a person can be named after."""
ON_A_LINE = [each.text for each in PLANTED.values() if not {"\n", '"'} & set(each.text)]
PASSWORD = PLANTED["named secret"].secret


def everything() -> str:
    return "\n\n".join(each.text for each in PLANTED.values())


def repository() -> dict[str, str]:
    """A project with all secrets in its README, code, manifests, changelog and own configuration."""
    lines, some = everything(), itertools.cycle(ON_A_LINE)
    points = "\n".join(f"- **Uses** the key {each.text} for it" for each in PLANTED.values())
    readme = (
        f"# Demo {next(some)}\n\nDemo adds numbers with {next(some)} for you.\n\n## Features\n\n{points}\n\n"
        f"## Usage\n\n```python\nimport demo\n\nkey = '{next(some)}'\nprint(demo)\n```\n\n"
        f"```sh\npip install --index https://ada:{PASSWORD}@x.example demo\n```\n\n{lines}\n"
    )
    project = (
        f'[project]\nname = "demo"\nversion = "1.2.3"\ndescription = "Adds {next(some)} up."\n'
        f'dependencies = ["aiohttp=={next(some)}"]\n[project.scripts]\ntide = "tide.core:add"\n'
        f'[project.urls]\nHomepage = "https://ada:{PASSWORD}@x.example/"\n'
    )
    core = (
        f'import argparse\n\n\ndef add(a, b):\n    """Adds with {next(some)}."""\n    key = "{next(some)}"\n'
        "    total = a + b\n    print(key)\n    return total\n\n\nparser = argparse.ArgumentParser()\n"
        f'parser.add_argument("--key", help="such as {next(some)}")\n'
    )
    function = 'def use_{0}(x):\n    """Uses {1}."""\n    a = {1}\n    b = a\n    return b\n'
    many = (function.format(number, repr(each.text)) for number, each in enumerate(PLANTED.values()))
    return {
        "README.md": readme,
        "CHANGELOG.md": f"# Changes\n\n## 1.2.3\n\n{points}\n",
        "pyproject.toml": project,
        "broken/package.json": f'{{"name": "{next(some)}", {next(some)}',
        "broken/setup.cfg": f"{lines}\n",
        "broken/pyproject.toml": f"[project\n{lines}\n",
        ".github/reporeel.yml": f"{NAMEABLE[0]}: 1\nvoice: '{NAMEABLE[1]}'\nexclude: 5\n",
        "tide/__init__.py": "from tide.core import add\n",
        "tide/core.py": core,
        "tide/many.py": "\n".join(many),
        **{f"names/{name}.py": "x = 1\n" for name in NAMEABLE},
        **{f"{name}/inner.py": "import tide.core\n" for name in NAMEABLE[:20]},
    }


def leaks(data: bytes) -> list[str]:
    """The formats of which any line is in these bytes, as they are or as JSON writes them."""
    return [name for name, each in PLANTED.items() if any(part in data for part in _forms(each))]


def _forms(each: Planted) -> set[bytes]:
    lines = [line for line in each.secret.splitlines() if line]
    return {form for line in lines for form in (line.encode(), json.dumps(line)[1:-1].encode())}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_files(tmp_path_factory.mktemp("planted") / "repo", repository())
    commit_all(folder, "Begin")
    git(folder, "tag", "v1.2.2")
    for number, name in enumerate(NAMEABLE[::3]):
        write_files(folder, {"tide/more.py": f"x = {number}\n"})
        commit_all(folder, f"Add the key {name} to it\n\n{everything()}", GIT_AUTHOR_NAME=name)
    git(folder, "tag", "v1.2.3", "-m", everything())
    for name in NAMEABLE[::3]:
        git(folder, "tag", name)
    return folder


@pytest.fixture
async def fake(folder: Path) -> AsyncIterator[FakeGitHub]:
    async with FakeGitHub() as github:
        mine = github.add("acme/site", folder)
        words = [each.text for each in PLANTED.values()]
        mine.description = f"Adds {' '.join(words)} up."
        mine.homepage = f"https://ada:{PASSWORD}@x.example/{NAMEABLE[0]}"
        mine.topics = tuple(NAMEABLE)
        mine.languages = dict.fromkeys(NAMEABLE, 10)
        mine.tags = ("v1.1", "v1.0", *NAMEABLE)
        body = "\n".join(f"- Adds {word} to it" for word in words)
        mine.releases = [{"tag_name": "v1.1", "name": words[3], "body": body}, {"tag_name": "v1.0"}]
        mine.contributors = tuple((name, 1) for name in NAMEABLE)
        mine.changes = tuple((f"Add {word} to it", words[5]) for word in words)
        mine.license = {"spdx_id": words[6], "name": words[7]}
        yield github


def test_the_corpus_leaks_when_nothing_is_redacted(folder: Path):
    planted_bytes = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert leaks(planted_bytes) == list(PLANTED)


def test_no_secret_is_in_the_fact_base_of_a_folder(folder: Path):
    scan = scan_folder(ignore_progress, folder, None, ScanLimits())
    data = msgspec.json.encode(scan.base)
    assert leaks(data) == []
    assert data.count(b"[redacted]") > len(PLANTED)
    assert {"readme", "symbol", "excerpt", "option", "change", "tag"} <= {
        fact.kind for fact in scan.base.facts
    }


async def test_no_secret_leaves_the_stage_by_fact_base_event_log_or_message(
    folder: Path, fake: FakeGitHub, tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    configure_logging(LogSettings(level="debug"))
    logging.getLogger().setLevel(logging.DEBUG)
    settings = load(ScannerSettings, {"GITHUB_API_URL": fake.url})
    left: list[bytes] = []
    async with (
        pipeline_process(tmp_path / "nats") as running,
        Scanner.made(settings, running.blobs, running.bus) as scanner,
    ):
        for repo in ("acme/site", str(folder)):
            scanned = await scanner.handle(submitted(repo), ignore_progress)
            left += [msgspec.json.encode(scanned), await running.blobs.get(scanned.facts)]
        left.append(await message_of(scanner, submitted(str(folder), ref=f"none {' '.join(ON_A_LINE)}")))
        fake.fail("/repos/acme/site$", 403, message=everything())
        left.append(await message_of(scanner, submitted("acme/site")))
    output = capfd.readouterr()
    assert "scan.measured" in output.err + output.out
    assert leaks(b"".join(left)) == []
    assert leaks((output.out + output.err).encode()) == []


async def message_of(scanner: Scanner, event: JobSubmitted) -> bytes:
    with pytest.raises(Reject) as caught:
        await scanner.handle(event, ignore_progress)
    return f"{caught.value.message} {caught.value.hint} {caught.value!r}".encode()


def submitted(repo: str, **spec: object) -> JobSubmitted:
    return JobSubmitted(job_id="j" * 32, spec=JobSpec(repo=repo, **spec), at=now())
