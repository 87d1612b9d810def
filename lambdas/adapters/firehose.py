"""The log of decisions in Firehose, best effort."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from domain.batches import batches
from domain.metrics import Metric
from lambdas.observability import PowertoolsTelemetry

if TYPE_CHECKING:
    from types_boto3_firehose import FirehoseClient
    from types_boto3_firehose.type_defs import RecordTypeDef

MAX_RECORDS_PER_CALL, MAX_CALL_BYTES = 400, 4_000_000
"""Firehose accepts 500 records and 4 MiB, of which none has more than 1,000 KiB.

Source: https://docs.aws.amazon.com/firehose/latest/dev/limits.html
"""


class FirehoseDecisionLog:
    """Writes decisions as JSON lines; a loss is counted and does not raise."""

    def __init__(
        self, client: "Callable[[], FirehoseClient]", stream_name: str, telemetry: PowertoolsTelemetry
    ) -> None:
        self._client = client
        self._stream_name = stream_name
        self._telemetry = telemetry

    def record(self, decisions: Sequence[Mapping[str, Any]]) -> None:
        """Write decisions, without retries."""
        from botocore.exceptions import BotoCoreError, ClientError

        lines = [(json.dumps(entry) + "\n").encode() for entry in decisions]
        for batch in batches(lines, size=len, max_size=MAX_CALL_BYTES, max_entries=MAX_RECORDS_PER_CALL):
            records: list[RecordTypeDef] = [{"Data": line} for line in batch]
            try:
                answer = self._client().put_record_batch(
                    DeliveryStreamName=self._stream_name, Records=records
                )
                self._telemetry.count(Metric.DECISIONS_LOST, answer.get("FailedPutCount", 0))
            except (ClientError, BotoCoreError) as error:
                self._telemetry.count(Metric.DECISIONS_LOST, len(batch))
                self._telemetry.warning("decisions lost", reason=str(error))
