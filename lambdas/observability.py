"""Logs, traces and metrics of every function; built at the first invocation, never on import."""

import functools
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

from domain.metrics import Metric, Step

Handler = Callable[[Any, Any], Any]


@functools.cache
def logger() -> Logger:
    """The function's structured logger."""
    return Logger()


@functools.cache
def metrics() -> Metrics:
    """The function's metrics, in the namespace of the environment."""
    return Metrics()


@functools.cache
def tracer() -> Tracer:
    """The function's tracer; it follows calls to AWS and nothing else."""
    return Tracer(patch_modules=("botocore",))


class PowertoolsTelemetry:
    """Counts and step latencies as CloudWatch metrics, summed over an invocation; facts as log lines."""

    def __init__(self) -> None:
        self._counts: defaultdict[Metric, float] = defaultdict(float)
        self._lock = threading.Lock()

    def count(self, metric: Metric, value: float = 1) -> None:
        """Add to the counter `name`, such as Sent, Gone or RungCohort."""
        if not value:
            return
        with self._lock:
            self._counts[metric] += value

    def step(self, step: Step, milliseconds: float) -> None:
        """One latency of a step, as the metric DetectLatency, ContextLatency, PlanLatency and so on."""
        metrics().add_metric(step.latency_metric, unit=MetricUnit.Milliseconds, value=max(0.0, milliseconds))

    def info(self, message: str, **facts: object) -> None:
        """A fact worth a line in the log."""
        logger().info(message, extra={"facts": facts})

    def warn(self, message: str, **facts: object) -> None:
        """A fault that was survived."""
        logger().warning(message, extra={"facts": facts})

    def failed(self, message: str, error: BaseException, **facts: object) -> None:
        """A fault that somebody must look at, with where it happened."""
        logger().error(message, extra={"facts": facts}, exc_info=error)

    def about(self, moment_id: str | None) -> None:
        """From here on the log lines carry this moment's id as their correlation id."""
        logger().set_correlation_id(moment_id)

    def flush(self) -> None:
        """Write the metrics of this invocation to the log, if there are any."""
        for metric, value in self._counts.items():
            metrics().add_metric(metric, unit=MetricUnit.Count, value=value)
        self._counts.clear()
        if metrics().provider.metric_set:
            metrics().flush_metrics()


TELEMETRY = PowertoolsTelemetry()


def observed(handler: Handler) -> Handler:
    """Give a handler its logs with the request's context, its trace, and its metrics with the cold start."""

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
