"""Messages are sent in as few calls as the services allow, and refused ones are named."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from domain.moment import Moment
from flink_app.errors import RefusedByServiceError
from flink_app.publishing import BATCH_BYTES, DeadLettersQueue, MomentsTopic, calls_for
from tests.support.feed_entries import HOME, goal, moments_of


class FakeService:
    """SNS and SQS: keeps what was sent, and refuses entries that say so."""

    def __init__(self) -> None:
        self.calls: list[Sequence[dict[str, Any]]] = []

    def publish_batch(self, **request: Any) -> dict[str, Any]:
        assert request["TopicArn"] == "arn:topic"
        return self._accept(request["PublishBatchRequestEntries"], "Message")

    def send_message_batch(self, **request: Any) -> dict[str, Any]:
        assert request["QueueUrl"] == "http://queue"
        return self._accept(request["Entries"], "MessageBody")

    def _accept(self, entries: Sequence[dict[str, Any]], body: str) -> dict[str, Any]:
        self.calls.append(entries)
        refused = [entry["Id"] for entry in entries if "refuse me" in entry[body]]
        return {"Failed": [{"Id": id_, "Code": "InternalError"} for id_ in refused]} if refused else {}


def test_moments_are_sent_ten_per_call_with_attributes_to_filter_by() -> None:
    # GIVEN twelve moments of goals that were found at once
    service = FakeService()
    moments = [goal_moment(minute) for minute in range(12)]

    # WHEN they are sent
    topic = MomentsTopic(service, "arn:topic")
    topic.send([json.dumps(moment.to_dict()) for moment in moments])

    # THEN they left in two calls, each with the time of its detection
    assert sorted(len(call) for call in service.calls) == [2, 10]
    sent = [entry for call in sorted(service.calls, key=len, reverse=True) for entry in call]
    published = [Moment.from_dict(json.loads(entry["Message"])) for entry in sent]
    assert [moment.id for moment in published] == [moment.id for moment in moments]
    assert all(moment.detected_at_ms is not None for moment in published)
    assert {entry["MessageAttributes"]["match_id"]["StringValue"] for entry in sent} == {"m"}


def test_a_call_stays_within_the_size_that_the_services_accept() -> None:
    large = "x" * (BATCH_BYTES // 2)
    entries = [{"MessageBody": body} for body in (large, large, "small", large)]
    found = [[len(entry["MessageBody"]) for entry in batch] for batch in calls_for(entries, "MessageBody")]
    assert found == [[len(large), len(large)], [5, len(large)]]


def test_a_refused_message_is_named_and_the_others_are_sent() -> None:
    service = FakeService()
    queue = DeadLettersQueue(service, "http://queue")
    messages = [f"letter {number}" for number in range(12)]
    messages[3] = messages[11] = "refuse me"
    with pytest.raises(RefusedByServiceError, match="2 refused: InternalError") as refused:
        queue.send(messages)
    assert refused.value.indexes == (3, 11)
    assert sum(len(call) for call in service.calls) == 12


def test_nothing_to_send_makes_no_call() -> None:
    service = FakeService()
    DeadLettersQueue(service, "http://queue").send([])
    assert service.calls == []


def goal_moment(minute: int) -> Moment:
    [moment, *_] = moments_of([goal(HOME, 1, minute)])
    return moment
