"""Draws a job's record as it changes: a bar for each stage and language."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from shared.record import JobRecord, StageRecord

MARKS = {
    "queued": "[dim]·[/]",
    "started": "[cyan]>[/]",
    "waiting": "[yellow]…[/]",
    "finished": "[green]✓[/]",
    "failed": "[red]✗[/]",
    "cancelled": "[yellow]-[/]",
    "skipped": "[dim]-[/]",
}


@contextlib.contextmanager
def show_progress(console: Console) -> Iterator[Callable[[JobRecord], None]]:
    """Give a function that draws a record; on a terminal the bars move, elsewhere each end is a line."""
    if not console.is_terminal:
        yield _Lines(console).show
        return
    columns = (TextColumn("{task.fields[mark]} {task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        yield _Bars(progress).show


class _Bars:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def show(self, record: JobRecord) -> None:
        for stage in record.stages:
            name = _name(stage)
            if name not in self._tasks:
                self._tasks[name] = self._progress.add_task(
                    name, total=100, start=False, mark=MARKS["queued"]
                )
            task = self._tasks[name]
            if stage.started_at and not self._progress.tasks[task].started:
                self._progress.start_task(task)
            described = name if stage.status != "waiting" else f"{name}: {_reason(stage)}"
            self._progress.update(
                task, description=described, completed=stage.progress, mark=MARKS[stage.status]
            )
            if stage.ended_at:
                self._progress.stop_task(task)


class _Lines:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._told: set[str] = set()

    def show(self, record: JobRecord) -> None:
        for stage in record.stages:
            name = _name(stage)
            if stage.status == "waiting" and (waits := f"waits {name}: {_reason(stage)}") not in self._told:
                self._told.add(waits)
                self._console.print(waits, highlight=False, soft_wrap=True)
            if stage.ended_at and name not in self._told:
                self._told.add(name)
                seconds = f"{stage.seconds:.1f} s" if stage.seconds is not None else ""
                self._console.print(f"{stage.status:<9} {name:<16} {seconds}", highlight=False)


def _reason(stage: StageRecord) -> str:
    return stage.error.message if stage.error else "handed back"


def _name(stage: StageRecord) -> str:
    return f"{stage.stage} {stage.language}" if stage.language else stage.stage
