"""Leaves out of a survey what a repository does not want counted."""

from __future__ import annotations

import fnmatch
import re

from services.scanner.analysis.survey import LICENSE, README, Survey
from services.scanner.repo_file import NAMES, RepoFile


def chosen(seen: Survey, asked: RepoFile) -> Survey:
    """The survey of the files that count. README and licence always do."""
    if not (asked.include or asked.exclude):
        return seen
    include, exclude = _any_of(asked.include), _any_of(asked.exclude)

    def counts(path: str) -> bool:
        is_wanted = include is None or include.match(path) is not None
        return is_wanted and (exclude is None or exclude.match(path) is None)

    kept = Survey(
        files=[each for each in seen.files if counts(each.path)],
        units=[each for each in seen.units if counts(each.path)],
        texts={path: text for path, text in seen.texts.items() if counts(path) or _always(path)},
        kubernetes=[path for path in seen.kubernetes if counts(path)],
        candidates=seen.candidates,
        warnings=list(seen.warnings),
    )
    left_out = len(seen.files) - len(kept.files)
    kept.warnings.append(f"{left_out} of {len(seen.files)} files are left out, as {NAMES[0]} asks.")
    return kept


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    """Matches paths that match a pattern, or lie in a folder that does."""
    if not patterns:
        return None
    plain = [pattern.strip("/") for pattern in patterns]
    wanted = [fnmatch.translate(each) for pattern in plain for each in (pattern, f"{pattern}/*")]
    return re.compile("|".join(wanted))


def _always(path: str) -> bool:
    return bool(README.match(path) or LICENSE.match(path))
