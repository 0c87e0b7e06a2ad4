"""One trace a job, for OpenTelemetry: from the request that started it through every stage.

Off unless `OTEL_EXPORTER_OTLP_ENDPOINT` is set; the other standard `OTEL_` variables count too. Where a span
runs, `carried` holds its W3C `traceparent`; stored messages take it along in a header of that name, and
whoever works on one goes on from there. OpenTelemetry is imported only when it is on (ADR-39).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextvars import ContextVar
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from shared.errors import Retry

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

TRACEPARENT = "traceparent"
ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
TRACES_PATH = "/v1/traces"

carried: ContextVar[str] = ContextVar("carried", default="")
"""The `traceparent` of the span that runs here; empty when nothing is traced."""

Kind = Literal["server", "consumer"]
Attribute = str | int | float
Note = Callable[[str, Attribute], None]
"""Adds an attribute to a span."""
Handle = TypeVar("Handle", bound=Callable[..., Awaitable[Any]])


class Tracer(Protocol):
    """Makes spans, or does not."""

    is_on: bool

    def span(
        self, name: str, kind: Kind, parent: str, attributes: Callable[[], Mapping[str, Attribute]]
    ) -> contextlib.AbstractContextManager[Note]:
        """Run a block as a span below `parent`, the `traceparent` it was handed; empty begins a trace."""
        ...

    def watched(self, handle: Handle) -> Handle:
        """Give a handler whose failures are noted in the span it runs in."""
        ...


class Off:
    """Makes none, and costs next to nothing."""

    is_on = False

    def span(
        self, name: str, kind: Kind, parent: str, attributes: Callable[[], Mapping[str, Attribute]]
    ) -> contextlib.AbstractContextManager[Note]:
        del name, kind, parent, attributes
        return contextlib.nullcontext(_forget)

    def watched(self, handle: Handle) -> Handle:
        return handle


class Exporting:
    """Makes spans that a provider exports."""

    is_on = True

    def __init__(self, provider: TracerProvider) -> None:
        self._tracer = provider.get_tracer("reporeel", version("reporeel"))

    @contextlib.contextmanager
    def span(
        self, name: str, kind: Kind, parent: str, attributes: Callable[[], Mapping[str, Attribute]]
    ) -> Iterator[Note]:
        from opentelemetry.trace import SpanKind  # noqa: PLC0415
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

        propagator, header = TraceContextTextMapPropagator(), dict[str, str]()
        kinds = {"server": SpanKind.SERVER, "consumer": SpanKind.CONSUMER}
        with self._tracer.start_as_current_span(
            name,
            context=propagator.extract({TRACEPARENT: parent}),
            kind=kinds[kind],
            attributes=dict(attributes()),
        ) as span:
            propagator.inject(header)
            before = carried.set(header.get(TRACEPARENT, ""))
            try:
                yield span.set_attribute
            finally:
                carried.reset(before)

    def watched(self, handle: Handle) -> Handle:
        from opentelemetry.trace import get_current_span  # noqa: PLC0415

        async def watching(*arguments: Any) -> Any:
            try:
                return await handle(*arguments)
            except Exception as error:
                _note_failure(get_current_span(), error)
                raise

        return watching  # type: ignore[return-value]


OFF: Tracer = Off()


def context_of(job_id: str) -> str:
    """Give the `traceparent` of what is stored now: the running span's, else one of the job's own.

    A job id is a trace id, so that those who trace a job where others do not find its parts in one trace.
    """
    return carried.get() or f"00-{job_id}-{job_id[:16]}-01"


@contextlib.asynccontextmanager
async def tracing(name: str, environ: Mapping[str, str]) -> AsyncIterator[Tracer]:
    """Trace this process while the block runs, if the environment says where to; then send what is left."""
    address = environ.get(TRACES_ENDPOINT) or environ.get(ENDPOINT, "")
    if not address:
        yield OFF
        return
    whole = address if environ.get(TRACES_ENDPOINT) else address.rstrip("/") + TRACES_PATH
    provider = _provider(name, whole, environ)
    try:
        yield Exporting(provider)
    finally:
        await asyncio.to_thread(provider.shutdown)


def _provider(name: str, address: str, environ: Mapping[str, str]) -> TracerProvider:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    named = environ.get("OTEL_SERVICE_NAME") or (name if name == "reporeel" else f"reporeel-{name}")
    resource = Resource.create({"service.name": named, "service.version": version("reporeel")})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=address)))
    return provider


def _note_failure(span: Span, error: Exception) -> None:
    """Waiting is no failure: it only says why."""
    from opentelemetry.trace import StatusCode  # noqa: PLC0415

    if isinstance(error, Retry):
        span.add_event("waits", {"reason": error.message, "delay_seconds": error.delay_seconds})
    else:
        span.record_exception(error)
        span.set_status(StatusCode.ERROR, f"{type(error).__name__}: {error}")


def _forget(_name: str, _value: Attribute) -> None:
    return
