"""`GET /metrics`: what the records in memory say, for Prometheus. Nothing is counted twice or kept apart."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.registry import Collector

from services.gateway.catalogue import success_rate
from services.gateway.records import Records
from shared.bus import Bus
from shared.events import now
from shared.measures import Measure, Measures, Name
from shared.pipeline import JOBS, PARKED, PIPELINE, consumers
from shared.record import JobRecord
from shared.workers import Worker, workers_seen

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


MEASURES: dict[Name, tuple[str, str]] = {
    "engine_real_time_factor": ("engine", "Seconds of work for a second of speech, of the newest narration."),
    "github_quota_remaining": ("resource", "Requests that GitHub still takes until its quota begins anew."),
    "github_quota_limit": ("resource", "Requests that GitHub takes in one such time."),
    "youtube_quota_spent": ("kind", "What went to YouTube today, in Pacific time."),
    "youtube_quota_limit": ("kind", "What may go there in a day."),
}
"""The label and the meaning of what workers measure."""


async def metrics(bus: Bus, records: Records, own: Measures) -> bytes:
    """Give all metrics in Prometheus' text format; what only NATS knows is left out while it is away."""
    registry = CollectorRegistry()
    workers = await workers_seen(bus) if bus.connected else []
    registry.register(_Jobs(records.newest_first()))
    registry.register(_Server(await _numbers(bus, records, workers)))
    registry.register(_Measured([*(one for worker in workers for one in worker.measures), *own.newest()]))
    registry.register(_Queues(await _lags(bus) if bus.connected else []))
    return generate_latest(registry)


async def _numbers(bus: Bus, records: Records, workers: Sequence[Worker]) -> dict[str, tuple[float, str]]:
    numbers = {
        "reporeel_nats_connected": (float(bus.connected), "Whether NATS is connected."),
        "reporeel_open_jobs": (records.open_count, "Jobs that were submitted and have not ended."),
    }
    if bus.connected:
        parked = len(await bus.last(["parked.>"], stream=PARKED))
        numbers["reporeel_parked_messages"] = (parked, "Messages nobody could work on.")
        numbers["reporeel_workers"] = (len(workers), "Stage workers seen in the last 30 s.")
    return numbers


async def _lags(bus: Bus) -> list[tuple[str, str, int]]:
    """Give stage, priority, and the events that wait or are worked on, of every consumer of the pipeline."""
    listed = await bus.api(f"CONSUMER.LIST.{JOBS}", {"offset": 0})
    known = {one["name"]: one["num_pending"] + one["num_ack_pending"] for one in listed["consumers"] or ()}
    return [
        (stage.name, priority, known[name])
        for stage in PIPELINE
        for priority, name in consumers(stage).items()
        if name in known
    ]


class _Queues(Collector):
    def __init__(self, lags: list[tuple[str, str, int]]) -> None:
        self._lags = lags

    def collect(self) -> Iterator[GaugeMetricFamily]:
        words = "Events that wait for a stage, or are worked on."
        family = GaugeMetricFamily("reporeel_queue_lag", words, labels=["stage", "priority"])
        for stage, priority, count in self._lags:
            family.add_metric([stage, priority], count)
        yield family


class _Measured(Collector):
    """Several processes may have measured the same; the newest figure counts."""

    def __init__(self, measures: Sequence[Measure]) -> None:
        moment = now()
        self._newest = {
            (one.name, one.of): one.value
            for one in sorted(measures, key=lambda one: one.at)
            if one.until is None or one.until > moment
        }

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for wanted, (label, words) in MEASURES.items():
            family = GaugeMetricFamily(f"reporeel_{wanted}", words, labels=[label])
            for (name, of), value in self._newest.items():
                if name == wanted:
                    family.add_metric([of], value)
            yield family


class _Server(Collector):
    def __init__(self, numbers: dict[str, tuple[float, str]]) -> None:
        self._numbers = numbers

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, (value, words) in self._numbers.items():
            yield GaugeMetricFamily(name, words, value=value)


class _Jobs(Collector):
    def __init__(self, records: list[JobRecord]) -> None:
        self._records = records

    def collect(self) -> Iterator[GaugeMetricFamily | SummaryMetricFamily]:
        counted = Counter((record.status, record.trigger, record.profile) for record in self._records)
        labels = ["status", "trigger", "profile"]
        jobs = GaugeMetricFamily("reporeel_jobs", "Jobs whose records are kept in memory.", labels=labels)
        for key, count in counted.items():
            jobs.add_metric(list(key), count)
        yield jobs
        words = "Finished jobs among those that finished or failed, 0 to 1."
        rate = success_rate(self._records)
        yield GaugeMetricFamily("reporeel_success_ratio", words, value=math.nan if rate is None else rate)
        yield from self._stages()

    def _stages(self) -> Iterator[GaugeMetricFamily | SummaryMetricFamily]:
        rows = [row for record in self._records for row in record.stages]
        states = GaugeMetricFamily("reporeel_stages", "Stages of those jobs.", labels=["stage", "status"])
        for (stage, status), count in Counter((row.stage, row.status) for row in rows).items():
            states.add_metric([stage, status], count)
        yield states
        retries = GaugeMetricFamily("reporeel_retries", "Attempts after the first.", labels=["stage"])
        for stage in sorted({row.stage for row in rows}):
            again = sum(max(0, row.attempt - 1) for row in rows if row.stage == stage)
            retries.add_metric([stage], again)
        yield retries
        seconds = SummaryMetricFamily(
            "reporeel_stage_seconds", "How long finished stages took.", labels=["stage"]
        )
        done = [row for row in rows if row.status == "finished" and row.seconds is not None]
        for stage in sorted({row.stage for row in done}):
            took = [row.seconds or 0.0 for row in done if row.stage == stage]
            seconds.add_metric([stage], count_value=len(took), sum_value=sum(took))
        yield seconds
