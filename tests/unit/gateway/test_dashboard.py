"""The pages' figures: sessions, the axis of time, charts, words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from services.gateway.dashboard import charts, wording
from services.gateway.dashboard.timeline import WIDTH, lanes
from services.gateway.sessions import SESSION_SECONDS, bearer, issue
from shared.events import now
from shared.job_events import Events
from shared.jobs import fold
from shared.record import JobRecord, StageRecord
from tests.support.pipelines import submission

START = datetime(2027, 1, 31, 8, 0, tzinfo=UTC)


def test_a_session_lasts_its_time_and_no_longer() -> None:
    cookie = issue("boss", 1000.0)
    assert bearer(cookie, ["other", "boss"], 1000.0 + SESSION_SECONDS - 1) == 1
    assert bearer(cookie, ["other", "boss"], 1000.0 + SESSION_SECONDS) is None
    assert bearer(cookie, ["other"], 1000.0) is None


@pytest.mark.parametrize(
    "cookie", ["", ".", "x.y", "99999999999.", "९९९९९९९९९९.a", "9" * 5000, "9999999999.\ud800"]
)
def test_a_session_nobody_issued_is_none(cookie: str) -> None:
    assert bearer(cookie, ["boss"], 1000.0) is None


def test_a_longer_session_cannot_be_made_of_a_shorter_one() -> None:
    expires, _, proof = issue("boss", 1000.0).partition(".")
    assert bearer(f"{int(expires) + 1}.{proof}", ["boss"], 1000.0) is None


def record() -> JobRecord:
    folded = fold(Events([submission("a" * 32, "en")]))
    assert folded is not None
    return folded


def row(stage: str, start: float | None, end: float | None) -> StageRecord:
    def at(seconds: float | None) -> datetime | None:
        return None if seconds is None else START + timedelta(seconds=seconds)

    return msgspec.structs.replace(record().stages[0], stage=stage, started_at=at(start), ended_at=at(end))


def test_stages_lie_on_one_axis_from_the_jobs_start_to_its_end() -> None:
    job = msgspec.structs.replace(
        record(),
        started_at=START,
        ended_at=START + timedelta(seconds=100),
        stages=[row("scan", 0, 25), row("write", 25, 100), row("render", None, None)],
    )
    bars = [bar for lane in lanes(job, now()) for bar in lane.bars]
    assert [(bar.left, bar.width) for bar in bars] == [(0, 250), (250, 750), (0, 0)]


def test_a_running_stage_reaches_to_now_and_the_shortest_is_seen() -> None:
    job = msgspec.structs.replace(
        record(), started_at=START, stages=[row("scan", 0, 0), row("write", 1, None), row("speak", 100, None)]
    )
    first, running, last = next(iter(lanes(job, START + timedelta(seconds=100)))).bars
    assert first.width > 0
    assert running.left + running.width == pytest.approx(WIDTH)
    assert last.left + last.width <= WIDTH


def test_days_count_jobs_by_how_they_ended() -> None:
    today = date(2027, 1, 31)
    jobs = [
        msgspec.structs.replace(record(), created_at=START, status=status)
        for status in ("finished", "finished", "failed", "queued")
    ]
    old = msgspec.structs.replace(record(), created_at=START - timedelta(days=charts.DAYS))
    days = charts.days([*jobs, old], today)
    assert len(days) == charts.DAYS
    assert days[-1].at == today
    assert (days[-1].finished, days[-1].failed, days[-1].others) == (2, 1, 1)
    assert sum(days[-1].heights) == charts.HEIGHT
    assert sum(sum(day.heights) for day in days[:-1]) == 0


def test_lengths_are_shares_of_the_longest_and_bear_nothing_at_all() -> None:
    assert [one.width for one in charts.lengths({"scan": 1.0, "render": 4.0})] == [25.0, 100.0]
    assert charts.lengths({}) == ()
    assert charts.lengths({"scan": 0.0})[0].width == 0


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(None, "–"), (0.4, "0.4 s"), (59, "59 s"), (61, "1 min 01 s"), (3725, "1 h 02 min")],
)
def test_durations_are_said_in_the_unit_that_tells(seconds: float | None, said: str) -> None:
    assert wording.duration(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-5, "just now"), (59, "just now"), (60, "1 minute ago"), (7300, "2 hours ago"), (90_000, "1 day ago")],
)
def test_times_are_said_as_people_say_them(seconds: float, said: str) -> None:
    assert wording.ago(now() - timedelta(seconds=seconds)) == said


def test_a_folder_is_called_by_its_name() -> None:
    assert wording.repository("file:///home/me/my-project/") == "my-project"
    assert wording.repository("https://github.com/acme/site") == "acme/site"
