"""Batch processing with partial failures: one bad record neither blocks nor repeats the others."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from domain.errors import InvalidFieldError
from domain.metrics import Metric
from lambdas.adapters.errors import StoredRowError
from lambdas.handlers.composition.stores import dead_letters
from lambdas.observability import TELEMETRY

Record = Mapping[str, Any]
BatchResponse = dict[str, list[dict[str, str]]]


def process_messages(
    event: Mapping[str, Any], *, handle: Callable[[Record], None], source: str
) -> BatchResponse:
    """Handle each message of a queue, as `process_records` does."""
    return process_records(
        event["Records"], identify=lambda record: str(record["messageId"]), handle=handle, source=source
    )


def process_records(
    records: Iterable[Record],
    *,
    identify: Callable[[Record], str],
    handle: Callable[[Record], None],
    source: str,
    in_order: bool = False,
) -> BatchResponse:
    """Handle each record; the response names those that must be delivered again.

    An invalid record goes to the dead-letter queue with its `source`. A stored row that cannot be read is
    no fault of the record, which is delivered again. With `in_order`, for streams,
    processing stops at the first failure, because the stream resumes from there.
    """
    failures: list[dict[str, str]] = []
    for record in records:
        TELEMETRY.correlate(None)
        if int(record.get("attributes", {}).get("ApproximateReceiveCount", 1)) > 1:
            TELEMETRY.count(Metric.RECORDS_REPEATED)
        try:
            try:
                handle(record)
            except InvalidFieldError as error:
                _reject(record, error, source)
        except StoredRowError as error:
            TELEMETRY.count(Metric.STORED_ROWS_UNREADABLE)
            TELEMETRY.exception("stored row unreadable", error, record=identify(record))
            failures.append({"itemIdentifier": identify(record)})
        except Exception as error:  # noqa: BLE001 - a failed record must not fail the others of its batch
            TELEMETRY.count(Metric.RECORDS_FAILED)
            TELEMETRY.exception("record failed", error, record=identify(record))
            failures.append({"itemIdentifier": identify(record)})
        if failures and in_order:
            break
    return {"batchItemFailures": failures}


def _reject(record: Record, error: InvalidFieldError, source: str) -> None:
    TELEMETRY.count(Metric.REJECTED)
    TELEMETRY.warning("record rejected", source=source, field=error.field, reason=str(error))
    dead_letters().put_dead_letter(
        source=source, reason=str(error), field=error.field, payload=_payload(record)
    )


def _payload(record: Record) -> str:
    if "body" in record:
        return str(record["body"])
    return str(record.get("kinesis", {}).get("data") or record)
