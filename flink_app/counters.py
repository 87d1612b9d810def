"""Names of the application's counters, and the metric group that brings them to CloudWatch."""

from domain.detection.outcome import Verdict

METRIC_GROUP = "kinesisanalytics"
"""Managed Flink sends the custom metrics of this group to CloudWatch, and no others:
https://docs.aws.amazon.com/managed-flink/latest/java/monitoring-metrics-custom.html
"""

MALFORMED_RECORDS = "malformed_records"
MALFORMED_SIGNALS = "malformed_signals"
PUBLISHED_MOMENTS = "published_moments"
DEAD_LETTERS = "dead_letters"


def signals_counter(verdict: Verdict) -> str:
    """Return the name of the counter of signals with this verdict, such as `accepted_signals`."""
    return f"{verdict.value}_signals"
