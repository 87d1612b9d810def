"""Batch processing with partial failures: one bad record neither blocks nor repeats the others."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from domain.errors import InvalidFieldError
from domain.metrics import Metric
from lambdas.adapters.errors import StoredRowError
from lambdas.handlers.composition.stores import dead_letters
from lambdas.handlers.errors import BatchFailedError
from lambdas.logic.errors import DispatchIncompleteError
from lambdas.observability import TELEMETRY

Record = Mapping[str, Any]
LONGEST_RETRY_SECONDS = 30
BatchResponse = dict[str, list[dict[str, str]]]


def process_messages(
    event: Mapping[str, Any],
    *,
    handle: Callable[[Record], None],
    source: str,
    on_failure: Callable[[Record, Exception], None] | None = None,
) -> BatchResponse:
    """Handle each message of a queue, as `process_records` does."""
    return process_records(
        event["Records"],
        identify=lambda record: str(record["messageId"]),
        handle=handle,
        source=source,
        on_failure=on_failure,
    )


def process_records(
    records: Iterable[Record],
    *,
    identify: Callable[[Record], str],
    handle: Callable[[Record], None],
    source: str,
    in_order: bool = False,
    on_failure: Callable[[Record, Exception], None] | None = None,
) -> BatchResponse:
    """Handle each record; the response names those that must be delivered again.

    An invalid record goes to the dead-letter queue with its `source`. A stored row that cannot be read is
    no fault of the record, which is delivered again. With `in_order`, for streams,
    processing stops at the first failure, because the stream resumes from there.
    `on_failure` is called for each record that must be delivered again.
    A batch of which nothing was done raises BatchFailedError: Lambda counts errors of the function only then.
    """
    failures: list[dict[str, str]] = []
    errors: list[Exception] = []
    done = 0
    for record in records:
        TELEMETRY.correlate(None)
        failed: Exception | None = None
        if receive_count(record) > 1:
            TELEMETRY.count(Metric.RECORDS_REPEATED)
        try:
            try:
                handle(record)
            except InvalidFieldError as error:
                _reject(record, error, source)
            done += 1
        except StoredRowError as error:
            TELEMETRY.count(Metric.STORED_ROWS_UNREADABLE)
            TELEMETRY.exception("stored row unreadable", error, record=identify(record))
            failed = error
        except Exception as error:  # noqa: BLE001 - a failed record must not fail the others of its batch
            _report(error, identify(record))
            failed = error
        if failed is not None:
            errors.append(failed)
            failures.append({"itemIdentifier": identify(record)})
            if on_failure is not None:
                on_failure(record, failed)
        if failures and in_order:
            break
    if errors and not done and not any(isinstance(error, DispatchIncompleteError) for error in errors):
        raise BatchFailedError(source, len(errors)) from errors[0]
    return {"batchItemFailures": failures}


def receive_count(record: Record) -> int:
    """Return how often a record of a queue has been delivered, with this time; 1 for a record of a stream."""
    return int(record.get("attributes", {}).get("ApproximateReceiveCount", 1))


def pause_seconds(record: Record) -> int:
    """Return the pause before a failed message is delivered again: 2 seconds, doubled up to 30."""
    return int(min(LONGEST_RETRY_SECONDS, 2 ** receive_count(record)))


def _report(error: Exception, identifier: str) -> None:
    if isinstance(error, DispatchIncompleteError) and not error.failed:
        TELEMETRY.info(
            "dispatch continues later", record=identifier, remaining=error.remaining, unread=error.unread
        )
        return
    TELEMETRY.count(Metric.RECORDS_FAILED)
    TELEMETRY.exception("record failed", error, record=identifier)


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
