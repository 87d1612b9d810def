"""An event source mapping, with Lambda's defaults."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

INVOCATIONS_PER_POLLER = 10
"""Concurrent invocations of one provisioned poller:
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSourceMapping:
    """The source and the function of a mapping, and how batches and failures are handled."""

    id: str
    source_arn: str
    function_arn: str
    batch_size: int
    window_seconds: float = 0.0
    enabled: bool = True
    partial_responses: bool = False
    bisect_on_error: bool = False
    maximum_retry_attempts: int = -1
    maximum_record_age_seconds: int = -1
    parallelization_factor: int = 1
    maximum_concurrency: int | None = None
    starting_position: str = "TRIM_HORIZON"
    on_failure: str | None = None
    filters: tuple[dict[str, Any], ...] = ()

    @property
    def service(self) -> str:
        """The source's service, from its ARN."""
        return self.source_arn.split(":")[2]

    @classmethod
    def from_properties(cls, properties: Mapping[str, Any], *, id: str, function_arn: str) -> Self:  # noqa: A002
        """Build a mapping from the resolved properties of `AWS::Lambda::EventSourceMapping`."""
        source_arn = properties["EventSourceArn"]
        queue = source_arn.split(":")[2] == "sqs"
        criteria = properties.get("FilterCriteria") or {}
        destination = (properties.get("DestinationConfig") or {}).get("OnFailure") or {}
        return cls(
            id=id,
            source_arn=source_arn,
            function_arn=function_arn,
            batch_size=int(properties.get("BatchSize", 10 if queue else 100)),
            window_seconds=float(properties.get("MaximumBatchingWindowInSeconds", 0)),
            enabled=str(properties.get("Enabled", True)).lower() == "true",
            partial_responses="ReportBatchItemFailures" in properties.get("FunctionResponseTypes", ()),
            bisect_on_error=str(properties.get("BisectBatchOnFunctionError", False)).lower() == "true",
            maximum_retry_attempts=int(properties.get("MaximumRetryAttempts", -1)),
            maximum_record_age_seconds=int(properties.get("MaximumRecordAgeInSeconds", -1)),
            parallelization_factor=int(properties.get("ParallelizationFactor", 1)),
            maximum_concurrency=_maximum_concurrency(properties),
            starting_position=properties.get("StartingPosition", "TRIM_HORIZON"),
            on_failure=destination.get("Destination"),
            filters=tuple(json.loads(each["Pattern"]) for each in criteria.get("Filters", ())),
        )

    def describe(self) -> dict[str, Any]:
        """Return the mapping in the form of ListEventSourceMappings."""
        return {
            "UUID": self.id,
            "EventSourceArn": self.source_arn,
            "FunctionArn": self.function_arn,
            "BatchSize": self.batch_size,
            "MaximumBatchingWindowInSeconds": int(self.window_seconds),
            "State": "Enabled" if self.enabled else "Disabled",
            "FunctionResponseTypes": ["ReportBatchItemFailures"] if self.partial_responses else [],
            "BisectBatchOnFunctionError": self.bisect_on_error,
            "MaximumRetryAttempts": self.maximum_retry_attempts,
            "MaximumRecordAgeInSeconds": self.maximum_record_age_seconds,
            "ParallelizationFactor": self.parallelization_factor,
        }


def _maximum_concurrency(properties: Mapping[str, Any]) -> int | None:
    """Return the limit on concurrent batches, which provisioned pollers set too."""
    scaling, pollers = properties.get("ScalingConfig"), properties.get("ProvisionedPollerConfig")
    if scaling and "MaximumConcurrency" in scaling:
        return int(scaling["MaximumConcurrency"])
    if pollers and "MaximumPollers" in pollers:
        return int(pollers["MaximumPollers"]) * INVOCATIONS_PER_POLLER
    return None
