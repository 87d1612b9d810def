"""A batch that fails is retried, narrowed, and given up as its mapping says; order is never lost."""

import json
import time
from collections.abc import Callable
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
    """Records the batches it was given, and answers as told."""

    def __init__(self, answer: Callable[[list[str]], Outcome]) -> None:
        self._answer = answer
        self.batches: list[list[str]] = []

    async def __call__(self, name: str, payload: bytes) -> Outcome:
        numbers = [record["number"] for record in json.loads(payload)["Records"]]
        self.batches.append(numbers)
        return self._answer(numbers)


class Letters:
    """Where given-up batches are told."""

    def __init__(self) -> None:
        self.notices: list[dict[str, Any]] = []

    async def __call__(self, arn: str, message: dict[str, Any]) -> None:
        assert arn == MAPPING.on_failure
        self.notices.append(message["json"])

    @property
    def given_up(self) -> list[tuple[str, str, str]]:
        return [
            (
                notice["requestContext"]["condition"],
                notice["KinesisBatchInfo"]["startSequenceNumber"],
                notice["KinesisBatchInfo"]["endSequenceNumber"],
            )
            for notice in self.notices
        ]


def records(*numbers: str, arrived_at: float | None = None) -> list[StreamRecord]:
    at = time.time() if arrived_at is None else arrived_at
    return [
        StreamRecord(key="k", sequence_number=number, arrived_at=at, event_record={"number": number})
        for number in numbers
    ]


async def process(
    mapping: EventSourceMapping, answer: Callable[[list[str]], Outcome], batch: list[StreamRecord]
) -> tuple[list[list[str]], Letters]:
    function, letters = Function(answer), Letters()
    await StreamBatches(mapping, invoke=function, deliver=letters).process("shard", batch)
    return function.batches, letters


def item_failures(*numbers: str) -> Outcome:
    failures = [{"itemIdentifier": number} for number in numbers]
    return Outcome(payload=json.dumps({"batchItemFailures": failures}).encode())


async def test_a_batch_that_succeeds_is_given_once() -> None:
    batches, letters = await process(MAPPING, lambda _: DONE, records("1", "2"))

    assert batches == [["1", "2"]]
    assert letters.notices == []


async def test_a_batch_that_keeps_failing_is_given_up_after_its_retries() -> None:
    batches, letters = await process(MAPPING, lambda _: FAILED, records("1", "2"))

    assert batches == [["1", "2"], ["1", "2"]]
    assert letters.given_up == [("RetryAttemptsExhausted", "1", "2")]


async def test_bisecting_finds_the_one_bad_record_and_saves_the_others() -> None:
    mapping = replace(MAPPING, bisect_on_error=True, maximum_retry_attempts=0)
    saved: list[str] = []

    def answer(numbers: list[str]) -> Outcome:
        if "3" in numbers:
            return FAILED
        saved.extend(numbers)
        return DONE

    _, letters = await process(mapping, answer, records("1", "2", "3", "4"))

    assert saved == ["1", "2", "4"]
    assert letters.given_up == [("RetryAttemptsExhausted", "3", "3")]


async def test_a_partial_response_retries_from_its_first_failure() -> None:
    mapping = replace(MAPPING, partial_responses=True)
    answers = iter([item_failures("3", "2"), DONE])

    batches, letters = await process(mapping, lambda _: next(answers), records("1", "2", "3"))

    assert batches == [["1", "2", "3"], ["2", "3"]]
    assert letters.notices == []


async def test_a_partial_response_that_names_a_stranger_fails_the_whole_batch() -> None:
    mapping = replace(MAPPING, partial_responses=True, maximum_retry_attempts=0)

    batches, letters = await process(mapping, lambda _: item_failures("77"), records("1", "2"))

    assert batches == [["1", "2"]]
    assert letters.given_up == [("RetryAttemptsExhausted", "1", "2")]


async def test_records_past_their_age_are_given_up_untried() -> None:
    mapping = replace(MAPPING, maximum_record_age_seconds=60)
    batch = records("1", arrived_at=time.time() - 61) + records("2")

    batches, letters = await process(mapping, lambda _: DONE, batch)

    assert batches == [["2"]]
    assert letters.given_up == [("RecordAgeExceeded", "1", "1")]
