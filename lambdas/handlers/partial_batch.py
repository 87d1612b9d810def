"""Batches with partial failures: a poison record is set aside, a failed one comes again, neighbours go on."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from domain.errors import InvalidFieldError
from domain.metrics import Metric
from lambdas.logic.ports import DeadLetters
from lambdas.observability import TELEMETRY

Record = Mapping[str, Any]
Answer = dict[str, list[dict[str, str]]]


def process(
    records: Iterable[Record],
    *,
    identify: Callable[[Record], str],
    handle: Callable[[Record], None],
    source: str,
    dead_letters: Callable[[], DeadLetters],
    in_order: bool = False,
) -> Answer:
    """Handle each record; the answer names those to be delivered again.

    With `in_order` (streams) nothing after the first failure is handled: the stream starts again from there.
    """
    failures: list[dict[str, str]] = []
    for record in records:
        TELEMETRY.about(None)
        if int(record.get("attributes", {}).get("ApproximateReceiveCount", 1)) > 1:
            TELEMETRY.count(Metric.RECORDS_REPEATED)
        try:
            handle(record)
        except InvalidFieldError as error:
            TELEMETRY.count(Metric.REJECTED)
            TELEMETRY.warn("record rejected", source=source, field=error.field, reason=str(error))
            dead_letters().put_dead_letter(
                source=source, reason=str(error), field=error.field, payload=_payload(record)
            )
        except Exception as error:  # noqa: BLE001 - one record's failure must not fail its neighbours
            _failed(failures, identify(record), error)
        if failures and in_order:
            break
    return {"batchItemFailures": failures}


def _failed(failures: list[dict[str, str]], record_id: str, error: Exception) -> None:
    TELEMETRY.count(Metric.RECORDS_FAILED)
    TELEMETRY.failed("record failed", error, record=record_id)
    failures.append({"itemIdentifier": record_id})


def _payload(record: Record) -> str:
    if "body" in record:
        return str(record["body"])
    return str(record.get("kinesis", {}).get("data") or record)
