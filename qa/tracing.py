"""Spans of requests and their stages over OpenTelemetry, where the operator names an endpoint by the standard variables.

Nothing of OpenTelemetry is imported otherwise. The extra `otel` installs it.
"""

import os
import time
from collections.abc import Mapping
from importlib import metadata
from typing import TYPE_CHECKING, Any

from qa.settings import SettingsError
from qa.stages import Trail

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_ERRORS_FROM = 500


class Tracing:
    """Sends a span for each request with one inside for each stage; no span says what was asked."""

    def __init__(self, provider: Any) -> None:
        """`provider`: an `opentelemetry.sdk.trace.TracerProvider`."""
        self._provider = provider
        self._tracer = provider.get_tracer("nghiquyet")

    @classmethod
    def to(cls, exporter: "SpanExporter") -> "Tracing":
        """Spans go to `exporter`, in batches, from a thread of their own."""
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        named = {"service.name": "nghiquyet", "service.version": metadata.version("nghiquyet")}
        # What the environment says of the service (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES) comes before what we say.
        provider = TracerProvider(resource=Resource(named).merge(Resource.create()) if _named() else Resource.create(named))
        provider.add_span_processor(BatchSpanProcessor(exporter))
        return cls(provider)

    def export(self, trail: Trail, code: int) -> None:
        """The request `trail` is over, with this status code."""
        from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        before = TraceContextTextMapPropagator().extract({"traceparent": trail.parent}) if trail.parent else None
        attributes: dict[str, Any] = {"http.route": trail.route, "http.response.status_code": code, "nghiquyet.request": trail.request}
        attributes |= {"nghiquyet.status": trail.status} if trail.status else {}
        attributes |= {"nghiquyet.generation": trail.generation} if trail.generation else {}
        attributes |= {f"nghiquyet.{where}": what for where, what in trail.notes}
        span = self._tracer.start_span(trail.route, before, SpanKind.SERVER, attributes, start_time=trail.started)
        inside = set_span_in_context(span)
        for stretch in trail.spans:
            self._tracer.start_span(stretch.name, inside, start_time=stretch.start).end(stretch.end)
        if code >= _ERRORS_FROM:
            span.set_status(Status(StatusCode.ERROR))
        span.end(time.time_ns())

    def close(self) -> None:
        """Send what waits to be sent."""
        self._provider.shutdown()


def _named() -> bool:
    return "OTEL_SERVICE_NAME" in os.environ or "service.name" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")


def tracing(environment: Mapping[str, str] | None = None) -> Tracing | None:
    """Tracing to the endpoint that OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT names (OTLP over HTTP), or None.

    Raises:
        SettingsError: an endpoint is named, and OpenTelemetry is not installed.
    """
    env = os.environ if environment is None else environment
    named = next((name for name in _ENDPOINTS if env.get(name)), None)
    if named is None or env.get("OTEL_SDK_DISABLED", "").lower() == "true" or env.get("OTEL_TRACES_EXPORTER", "otlp") == "none":
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError as error:
        raise SettingsError(f"{named} is set, but OpenTelemetry is not installed; pip install 'nghiquyet[otel]'") from error
    return Tracing.to(OTLPSpanExporter())
