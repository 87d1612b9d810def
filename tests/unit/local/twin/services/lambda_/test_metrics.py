"""Metrics are read from the functions' logs."""

import json
from typing import Any

from local.twin.services.lambda_.metrics import MetricStore


def line(**document: Any) -> str:
    metrics = {
        "Namespace": "Touchline",
        "Dimensions": [["service"]],
        "Metrics": [{"Name": "Gone", "Unit": "Count"}],
    }
    return json.dumps({"_aws": {"Timestamp": 1, "CloudWatchMetrics": [metrics]}, **document})


def test_embedded_metrics_are_summed_by_dimensions() -> None:
    store = MetricStore()

    for each in (line(service="a", Gone=[1.0, 2.0]), line(service="b", Gone=4)):
        assert store.read_line(each)

    assert store.total("Gone") == 7
    assert store.total("Gone", service="a") == 3
    row = next(row for row in store.snapshot() if row["dimensions"] == {"service": "a"})
    assert (row["count"], row["min"], row["max"], row["unit"]) == (2, 1.0, 2.0, "Count")


def test_other_lines_are_ignored() -> None:
    store = MetricStore()

    for each in ("plain text", '{"level": "INFO"}', '{"_aws": broken', '{"_aws": {}}'):
        assert not store.read_line(each)

    assert store.snapshot() == []


def test_quantiles_are_those_of_the_latest_values() -> None:
    store = MetricStore()
    for value in range(12_000):
        store.put_metric("n", "latency", value)
    (row,) = store.snapshot()
    assert (row["count"], row["min"], row["max"], row["sum"]) == (12_000, 0, 11_999, sum(range(12_000)))
    # GIVEN the quantiles of the last five thousand
    assert (row["p50"], row["p99"]) == (9_500, 11_950)
