"""Runs schemathesis, all its checks and phases, against an address."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ANSWER_SECONDS = 10


class Run(NamedTuple):
    exit_code: int
    report: Any
    output: str


async def examine(address: str, folder: Path, examples: int, token: str = "") -> Run:
    """Give what schemathesis says of the API that `<address>/openapi.json` describes."""
    report = folder / "report.json"
    command = [str(Path(sys.executable).with_name("st")), "--config-file", str(HERE / "schemathesis.toml")]
    command += ["run", f"{address}/openapi.json", "--checks", "all", "--mode", "all"]
    command += ["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", str(examples)]
    command += ["--continue-on-failure", "--request-timeout", str(ANSWER_SECONDS), "--no-color"]
    command += ["--report", "json", "--report-json-path", str(report), "--suppress-health-check", "all"]
    command += ["--header", f"Authorization: Bearer {token}"] if token else []
    environ = os.environ | {"SCHEMATHESIS_HOOKS": "tests.fuzz.hooks", "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environ, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    content = json.loads(report.read_bytes()) if report.exists() else None
    return Run(process.returncode or 0, content, output.decode())
