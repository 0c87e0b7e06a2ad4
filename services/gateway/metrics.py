"""`GET /metrics`: what the records in memory say, for Prometheus. Nothing is counted twice or kept apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.registry import Collector

from services.gateway.records import Records
from shared.bus import Bus
from shared.jobs import JobRecord
from shared.pipeline import PARKED
from shared.workers import count_workers

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


async def metrics(bus: Bus, records: Records) -> bytes:
    """Give all metrics in Prometheus' text format; what only NATS knows is left out while it is away."""
    registry = CollectorRegistry()
    registry.register(_Jobs(records.newest_first()))
    registry.register(_Server(await _numbers(bus, records)))
    return generate_latest(registry)


async def _numbers(bus: Bus, records: Records) -> dict[str, tuple[float, str]]:
    numbers = {
        "reporeel_nats_connected": (float(bus.connected), "Whether NATS is connected."),
        "reporeel_open_jobs": (records.open_jobs, "Jobs that were submitted and have not ended."),
    }
    if bus.connected:
        parked = len(await bus.last(["parked.>"], stream=PARKED))
        numbers["reporeel_parked_messages"] = (parked, "Messages nobody could work on.")
        numbers["reporeel_workers"] = (await count_workers(bus), "Stage workers seen in the last 30 s.")
    return numbers


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
        yield from self._stages()

    def _stages(self) -> Iterator[GaugeMetricFamily | SummaryMetricFamily]:
        rows = [row for record in self._records for row in record.stages]
        states = GaugeMetricFamily("reporeel_stages", "Stages of those jobs.", labels=["stage", "status"])
        for (stage, status), count in Counter((row.stage, row.status) for row in rows).items():
            states.add_metric([stage, status], count)
        yield states
        seconds = SummaryMetricFamily(
            "reporeel_stage_seconds", "How long finished stages took.", labels=["stage"]
        )
        done = [row for row in rows if row.status == "finished" and row.seconds is not None]
        for stage in sorted({row.stage for row in done}):
            took = [row.seconds or 0.0 for row in done if row.stage == stage]
            seconds.add_metric([stage], count_value=len(took), sum_value=sum(took))
        yield seconds
