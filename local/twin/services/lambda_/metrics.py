"""Metrics of the functions, read from the embedded metric format in their logs, and of the twin."""

import json
import math
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_KEPT_VALUES = 5_000
"""The latest values of a metric, of which quantiles are computed; up to twice as many are stored."""

MetricKey = tuple[str, str, tuple[tuple[str, str], ...]]


@dataclass(slots=True)
class Statistics:
    """A metric's count, sum, minimum, maximum and latest values."""

    unit: str
    count: int = 0
    total: float = 0.0
    minimum: float = math.inf
    maximum: float = -math.inf
    values: "array[float]" = field(default_factory=lambda: array("d"))

    def add(self, value: float) -> None:
        """Add one value."""
        self.count += 1
        self.total += value
        self.minimum = min(self.minimum, value)
        self.maximum = max(self.maximum, value)
        self.values.append(value)
        if len(self.values) > 2 * _KEPT_VALUES:
            del self.values[:-_KEPT_VALUES]

    def quantile(self, share: float) -> float:
        """Return a quantile of the latest values; `share` is 0 to 1."""
        ordered = sorted(self.values[-_KEPT_VALUES:])
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


class MetricStore:
    """Every metric since the twin started, by namespace, name and dimensions."""

    def __init__(self) -> None:
        self._metrics: dict[MetricKey, Statistics] = {}

    def put_metric(
        self,
        namespace: str,
        name: str,
        value: float,
        *,
        unit: str = "Count",
        dimensions: Mapping[str, str] | None = None,
    ) -> None:
        """Record one value."""
        pairs = tuple(sorted((dimensions or {}).items()))
        self._metrics.setdefault((namespace, name, pairs), Statistics(unit)).add(value)

    def put_edge_latency(self, service: str, operation: str, milliseconds: float) -> None:
        """Record the latency of a request to the edge."""
        dimensions = {"Service": service, "Operation": operation}
        self.put_metric("Twin/Edge", "EdgeLatency", milliseconds, unit="Milliseconds", dimensions=dimensions)

    def read_line(self, line: str) -> bool:
        """Record the metrics of a log line in the embedded metric format; False if the line is not in it."""
        if '"_aws"' not in line or not line.startswith("{"):
            return False
        try:
            document = json.loads(line)
            directives = document["_aws"]["CloudWatchMetrics"]
        except (ValueError, KeyError, TypeError):
            return False
        for namespace, name, value, unit, dimensions in _values(document, directives):
            self.put_metric(namespace, name, value, unit=unit, dimensions=dimensions)
        return True

    def total(self, name: str, *, namespace: str | None = None, **dimensions: str) -> float:
        """Return the sum of a metric over every combination of dimensions that includes these."""
        wanted = set(dimensions.items())
        return sum(
            statistics.total
            for (space, metric, pairs), statistics in self._metrics.items()
            if metric == name and namespace in (None, space) and wanted <= set(pairs)
        )

    def snapshot(self) -> list[dict[str, Any]]:
        """Return every metric as JSON values."""
        return [
            {
                "namespace": namespace,
                "name": name,
                "dimensions": dict(pairs),
                "unit": statistics.unit,
                "count": statistics.count,
                "sum": statistics.total,
                "min": statistics.minimum,
                "max": statistics.maximum,
                "p50": statistics.quantile(0.5),
                "p99": statistics.quantile(0.99),
            }
            for (namespace, name, pairs), statistics in sorted(self._metrics.items())
        ]


def _values(
    document: dict[str, Any], directives: list[dict[str, Any]]
) -> Iterator[tuple[str, str, float, str, dict[str, str]]]:
    for directive in directives:
        names = (directive.get("Dimensions") or [[]])[0]
        dimensions = {name: str(document[name]) for name in names if name in document}
        for metric in directive["Metrics"]:
            found = document.get(metric["Name"], [])
            for value in found if isinstance(found, list) else [found]:
                yield (
                    directive["Namespace"],
                    metric["Name"],
                    float(value),
                    metric.get("Unit", "None"),
                    dimensions,
                )
