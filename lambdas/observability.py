"""Logs, traces and metrics of every function; built at the first invocation, never on import."""

import functools
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from domain.metrics import SHARED, SHARED_SERVICE, Metric, Step

Handler = Callable[[Any, Any], Any]


@functools.cache
def logger() -> Logger:
    """Return the function's structured logger."""
    return Logger()


@functools.cache
def metrics() -> Metrics:
    """Return the function's metrics, in the namespace that the environment names."""
    return Metrics()


@functools.cache
def shared_metrics() -> EphemeralMetrics:
    """Return the metrics that all functions share, in the same namespace."""
    return EphemeralMetrics(service=SHARED_SERVICE)


@functools.cache
def tracer() -> Tracer:
    """Return the function's tracer, which traces calls of AWS services only."""
    return Tracer(patch_modules=("botocore",))


class PowertoolsTelemetry:
    """Counters, summed over an invocation, and step latencies as CloudWatch metrics; facts as log lines."""

    def __init__(self) -> None:
        self._counts: defaultdict[Metric, float] = defaultdict(float)
        self._lock = threading.Lock()

    def count(self, metric: Metric, value: float = 1) -> None:
        """Add to a counter."""
        if not value:
            return
        with self._lock:
            self._counts[metric] += value

    def step(self, step: Step, milliseconds: float) -> None:
        """Record the latency of a step."""
        metrics().add_metric(step.latency_metric, unit=MetricUnit.Milliseconds, value=max(0.0, milliseconds))

    def info(self, message: str, **facts: object) -> None:
        """Log an event of normal operation."""
        logger().info(message, extra={"facts": facts})

    def warning(self, message: str, **facts: object) -> None:
        """Log a fault from which the function recovered."""
        logger().warning(message, extra={"facts": facts})

    def exception(self, message: str, error: BaseException, **facts: object) -> None:
        """Log an error with its traceback."""
        logger().error(message, extra={"facts": facts}, exc_info=error)

    def correlate(self, moment_id: str | None) -> None:
        """Set the moment's id as the correlation id of the following log lines."""
        logger().set_correlation_id(moment_id)

    def flush(self) -> None:
        """Write this invocation's metrics to the log, if there are any."""
        for metric, value in self._counts.items():
            target = shared_metrics() if metric in SHARED else metrics().provider
            target.add_metric(metric.value, unit=MetricUnit.Count, value=value)
        self._counts.clear()
        for provider in (metrics().provider, shared_metrics()):
            if provider.metric_set:
                provider.flush_metrics()


TELEMETRY = PowertoolsTelemetry()


def observed(handler: Handler) -> Handler:
    """Add logs with the request's context, traces and metrics to a handler."""

    @functools.cache
    def instrumented() -> Handler:
        TELEMETRY.count(Metric.COLD_START)
        traced = tracer().capture_lambda_handler(handler, capture_response=False)
        return logger().inject_lambda_context(traced, clear_state=True)

    @functools.wraps(handler)
    def entry_point(event: Any, context: Any) -> Any:
        try:
            return instrumented()(event, context)
        finally:
            TELEMETRY.flush()

    return entry_point
