"""What an OpenTelemetry collector is told of a job: one trace, whatever fails on the way."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from shared.errors import Retry
from shared.events import VideoPublished, VideoRendered
from shared.offload import Progress
from tests.support.doors import ask, gateway, hook, record
from tests.support.pipelines import Trivial, pipeline_process, submission, submit, wait_until, working

RELEASE = {
    "action": "published",
    "repository": {"full_name": "acme/site"},
    "release": {"tag_name": "v1"},
}
DIRECT = "d" * 32


class Collector:
    """Takes traces as the OTLP protocol has them, protobuf over HTTP."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.services: set[str] = set()

    async def take(self, request: web.Request) -> web.Response:
        told = ExportTraceServiceRequest.FromString(await request.read())
        for resource in told.resource_spans:
            names = {one.key: one.value.string_value for one in resource.resource.attributes}
            self.services.add(names["service.name"])
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        return web.Response(content_type="application/x-protobuf")


@contextlib.asynccontextmanager
async def collector() -> AsyncIterator[tuple[Collector, str]]:
    heard = Collector()
    app = web.Application()
    app.router.add_post("/v1/traces", heard.take)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield heard, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


class Troubled(Trivial):
    """Its first publication fails as a bug does, its second has to wait."""

    async def publish(self, event: VideoRendered, progress: Progress) -> VideoPublished:
        published = await super().publish(event, progress)
        tried = [stage for stage, _ in self.calls].count("publish")
        if tried == 1:
            raise RuntimeError("broken")
        if tried == 2:
            raise Retry("asked to wait", delay_seconds=0.1)
        return published


async def made(folder: Path, environ: dict[str, str]) -> tuple[str, list[dict[str, str]]]:
    """Make one film by a webhook and one without a request; gives the first's id and its events' headers."""
    async with pipeline_process(folder, environ) as running, gateway(running) as session:
        async with working(running, Troubled().handlers()):
            _, accepted = await hook(session, RELEASE, "release")
            job_id: str = accepted["job_id"]
            await record(session, job_id, "finished")
            await submit(running, submission(DIRECT))
            await record(session, DIRECT, "finished")
            await wait_until(lambda: closed(running, DIRECT))
            await ask(session, "GET", "/jobs")
        stored = await running.bus.last([f"jobs.*.{job_id}.*.>"])
        headers = []
        for message in stored:
            body = b'{"last_by_subj": "%s"}' % message.subject.encode()
            headers.append((await running.bus.ask("$JS.API.DIRECT.GET.JOBS", body)).headers)
    return job_id, headers


async def closed(running: Any, job_id: str) -> bool:
    return bool(await running.bus.last([f"jobs.*.{job_id}.closed.>"]))


async def test_a_job_is_one_trace_from_the_webhook_to_its_end(tmp_path: Path) -> None:
    async with collector() as (heard, address):
        job_id, headers = await made(tmp_path, {"OTEL_EXPORTER_OTLP_ENDPOINT": address})
    assert heard.services == {"reporeel-test"}
    (request,) = (span for span in heard.spans if span.name == "POST /webhook")
    spans = [span for span in heard.spans if span.trace_id == request.trace_id]
    stages = [span for span in spans if span is not request]
    names = {span.span_id: span.name for span in spans}
    parents = sorted((span.name, names.get(span.parent_span_id, "")) for span in spans)
    assert parents == [
        ("POST /webhook", ""),
        ("close", "publish"),
        ("publish", "render"),
        ("publish", "render"),
        ("publish", "render"),
        ("render", "speak"),
        ("scan", "POST /webhook"),
        ("speak", "write"),
        ("write", "scan"),
    ]
    assert all(attributes(span)["reporeel.job_id"] == job_id for span in stages)
    assert attributes(request)["http.response.status_code"] == 202

    known = {span.span_id.hex() for span in spans}
    assert {one["traceparent"].split("-")[2] for one in headers} <= known

    tries = sorted(
        (span for span in stages if span.name == "publish"),
        key=lambda span: span.start_time_unix_nano,
    )
    assert [attributes(span)["reporeel.delivery"] for span in tries] == [1, 2, 3]
    assert [span.status.code == Status.STATUS_CODE_ERROR for span in tries] == [True, False, False]
    assert [[event.name for event in span.events] for span in tries] == [["exception"], ["waits"], []]
    assert all(span.end_time_unix_nano >= span.start_time_unix_nano > 0 for span in spans)

    other = {span.trace_id for span in heard.spans if span.trace_id != request.trace_id}
    assert len(other) == 1  # the job nobody's request started is a trace of its own
    assert not any(span.name.startswith("GET") for span in heard.spans)


async def test_headers_tell_each_event_its_attempt_and_its_job_s_trace(tmp_path: Path) -> None:
    job_id, headers = await made(tmp_path, {})
    assert len({one["Nats-Msg-Id"] for one in headers}) == len(headers) >= 7
    assert {one["traceparent"] for one in headers} == {f"00-{job_id}-{job_id[:16]}-01"}
    told = {one["Nats-Msg-Id"].split(".")[3]: one["Reporeel-Attempt"] for one in headers}
    assert told["submitted"] == told["ended"] == "0"  # no stage made these
    assert told["rendered"] == "1"
    assert told["published"] == "2"  # the first failed; waiting is no attempt


def attributes(span: Span) -> dict[str, Any]:
    values = {one.key: one.value for one in span.attributes}
    return {
        key: value.string_value if value.HasField("string_value") else value.int_value
        for key, value in values.items()
    }
