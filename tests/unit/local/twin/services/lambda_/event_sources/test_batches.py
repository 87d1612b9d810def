"""Failed batches are retried, bisected and given up as their mapping declares, in order."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from local.twin.services.lambda_.environment import Outcome
from local.twin.services.lambda_.event_sources.batches import StreamBatches
from local.twin.services.lambda_.event_sources.mapping import EventSourceMapping
from local.twin.services.lambda_.event_sources.shards import StreamRecord

MAPPING = EventSourceMapping(
    id="m",
    source_arn="arn:aws:kinesis:eu-central-1:123456789012:stream/s",
    function_arn="arn:aws:lambda:eu-central-1:123456789012:function:f",
    batch_size=10,
    maximum_retry_attempts=1,
    on_failure="arn:aws:sqs:eu-central-1:123456789012:dead",
)
FAILED = Outcome(payload=b'{"errorMessage": "boom"}', function_error="Unhandled", request_id="r")
DONE = Outcome(payload=b"null")


class Function:
    """A function that records its batches and returns the given outcomes."""

    def __init__(self, answer: Callable[[list[str]], Outcome]) -> None:
        self._answer = answer
        self.batches: list[list[str]] = []

    async def __call__(self, name: str, payload: bytes) -> Outcome:
        numbers = [record["number"] for record in json.loads(payload)["Records"]]
        self.batches.append(numbers)
        return self._answer(numbers)


class FailureDestination:
    """Records the batches that were given up."""

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []

    async def __call__(self, arn: str, text: str, _options: Mapping[str, Any]) -> None:
        assert arn == MAPPING.on_failure
        self.records.append(json.loads(text))

    @property
    def given_up(self) -> list[tuple[str, str, str]]:
        return [
            (
                record["requestContext"]["condition"],
                record["KinesisBatchInfo"]["startSequenceNumber"],
                record["KinesisBatchInfo"]["endSequenceNumber"],
            )
            for record in self.records
        ]


def records(*numbers: str, arrived_at: float | None = None) -> list[StreamRecord]:
    at = time.time() if arrived_at is None else arrived_at
    return [
        StreamRecord(key="k", sequence_number=number, arrived_at=at, event_record={"number": number})
        for number in numbers
    ]


async def process(
    mapping: EventSourceMapping, answer: Callable[[list[str]], Outcome], batch: list[StreamRecord]
) -> tuple[list[list[str]], FailureDestination]:
    function, destination = Function(answer), FailureDestination()
    await StreamBatches(mapping, invoke=function, send=destination).process("shard", batch)
    return function.batches, destination


def item_failures(*numbers: str) -> Outcome:
    failures = [{"itemIdentifier": number} for number in numbers]
    return Outcome(payload=json.dumps({"batchItemFailures": failures}).encode())


async def test_a_successful_batch_is_invoked_once() -> None:
    batches, destination = await process(MAPPING, lambda _: DONE, records("1", "2"))

    assert batches == [["1", "2"]]
    assert destination.records == []


async def test_a_failing_batch_is_given_up_after_its_retries() -> None:
    batches, destination = await process(MAPPING, lambda _: FAILED, records("1", "2"))

    assert batches == [["1", "2"], ["1", "2"]]
    assert destination.given_up == [("RetryAttemptsExhausted", "1", "2")]


async def test_bisecting_isolates_the_failing_record() -> None:
    mapping = replace(MAPPING, bisect_on_error=True, maximum_retry_attempts=0)
    processed: list[str] = []

    def answer(numbers: list[str]) -> Outcome:
        if "3" in numbers:
            return FAILED
        processed.extend(numbers)
        return DONE

    _, destination = await process(mapping, answer, records("1", "2", "3", "4"))

    assert processed == ["1", "2", "4"]
    assert destination.given_up == [("RetryAttemptsExhausted", "3", "3")]


async def test_a_partial_response_retries_from_the_first_failed_record() -> None:
    mapping = replace(MAPPING, partial_responses=True)
    answers = iter([item_failures("3", "2"), DONE])

    batches, destination = await process(mapping, lambda _: next(answers), records("1", "2", "3"))

    assert batches == [["1", "2", "3"], ["2", "3"]]
    assert destination.records == []


async def test_a_partial_response_with_an_unknown_record_fails_the_whole_batch() -> None:
    mapping = replace(MAPPING, partial_responses=True, maximum_retry_attempts=0)

    batches, destination = await process(mapping, lambda _: item_failures("77"), records("1", "2"))

    assert batches == [["1", "2"]]
    assert destination.given_up == [("RetryAttemptsExhausted", "1", "2")]


async def test_records_over_the_age_limit_are_given_up_without_an_invocation() -> None:
    mapping = replace(MAPPING, maximum_record_age_seconds=60)
    batch = records("1", arrived_at=time.time() - 61) + records("2")

    batches, destination = await process(mapping, lambda _: DONE, batch)

    assert batches == [["2"]]
    assert destination.given_up == [("RecordAgeExceeded", "1", "1")]
