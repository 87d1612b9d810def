"""The decisions' delivery stream: what was placed and why, as well as it goes."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.metrics import Metric
from lambdas.observability import PowertoolsTelemetry

RECORDS_A_CALL = 400


class FirehoseDecisionLog:
    """Writes decisions as JSON lines; a loss is counted and fails nothing."""

    def __init__(self, client: Callable[[], Any], stream_name: str, telemetry: PowertoolsTelemetry) -> None:
        self._client = client
        self._stream_name = stream_name
        self._telemetry = telemetry

    def record(self, decisions: Sequence[Mapping[str, Any]]) -> None:
        """Write decisions, each portion once."""
        from botocore.exceptions import BotoCoreError, ClientError

        for start in range(0, len(decisions), RECORDS_A_CALL):
            portion = decisions[start : start + RECORDS_A_CALL]
            records = [{"Data": (json.dumps(entry) + "\n").encode()} for entry in portion]
            try:
                answer = self._client().put_record_batch(
                    DeliveryStreamName=self._stream_name, Records=records
                )
                self._telemetry.count(Metric.DECISIONS_LOST, answer.get("FailedPutCount", 0))
            except (ClientError, BotoCoreError) as error:
                self._telemetry.count(Metric.DECISIONS_LOST, len(portion))
                self._telemetry.warn("decisions lost", reason=str(error))
