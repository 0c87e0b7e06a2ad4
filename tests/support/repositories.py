"""Small real repositories, made with git."""

from __future__ import annotations

import subprocess
from pathlib import Path

LIBRARY = {
    "README.md": """# Tidewatch

Tidewatch reads tide tables and warns a harbour before the water is too low for its ships.

## Features

- Reads tables of harbours from plain CSV files.
- Warns by a line on standard output, so that any program can listen.
- Needs no network and no account.

## Install

```sh
pip install tidewatch
```

A table has one line an hour: the height of the water in metres, above the bottom of the fairway.
Whatever is not a number is said to be none, with its line. Nothing is written to disk.
""",
    "pyproject.toml": """[project]
name = "tidewatch"
version = "1.4.0"
description = "Warns a harbour before the water is too low."
license = "MIT"
dependencies = ["pydantic>=2"]

[project.scripts]
tidewatch = "tidewatch.cli:main"
""",
    "LICENSE": """MIT License

Copyright (c) Ada Marsh

Permission is hereby granted, free of charge, to any person obtaining a copy of this software
""",
    "tidewatch/__init__.py": '"""Warns a harbour."""\n',
    "tidewatch/tables.py": '''"""Tide tables."""


def read_table(path: str) -> list[float]:
    """Read the heights of one table."""
    return [float(line) for line in open(path)]
''',
    "tidewatch/warnings.py": """from tidewatch.tables import read_table


def warn(path: str, draught: float) -> list[int]:
    return [hour for hour, height in enumerate(read_table(path)) if height < draught]
""",
    "tidewatch/cli.py": """import sys

from tidewatch.warnings import warn


def main() -> None:
    print(warn(sys.argv[1], float(sys.argv[2])))
""",
    "tests/test_tables.py": """from tidewatch.tables import read_table


def test_reads() -> None:
    assert read_table
""",
}


def make_repository(folder: Path, files: dict[str, str], *tags: str) -> Path:
    """Write files and commit them; each tag is put on the one commit."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    _git(folder, "init", "--quiet", "--initial-branch=main")
    _git(folder, "add", "--all")
    _git(folder, "commit", "--quiet", "--message", "Begin")
    for tag in tags:
        _git(folder, "tag", tag)
    return folder


def _git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Ada Marsh", "-c", "user.email=ada@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True)
