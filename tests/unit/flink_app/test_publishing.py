"""Messages leave in as few calls as the services allow, all of them or none is counted as sent."""

import json
from collections.abc import Sequence
from typing import Any

import boto3
import pytest

from domain.moment import Moment
from flink_app.errors import RefusedByServiceError
from flink_app.publishing import BATCH_BYTES, DeadLettersQueue, MomentsTopic, batches
from tests.unit.domain.detection.play import HOME, goal, moments_of


class Service:
    """The topic and the queue: keeps what was sent, and refuses entries that say so."""

    def __init__(self) -> None:
        self.calls: list[Sequence[dict[str, Any]]] = []

    def publish_batch(self, **request: Any) -> dict[str, Any]:
        assert request["TopicArn"] == "arn:topic"
        return self._take(request["PublishBatchRequestEntries"], "Message")

    def send_message_batch(self, **request: Any) -> dict[str, Any]:
        assert request["QueueUrl"] == "http://queue"
        return self._take(request["Entries"], "MessageBody")

    def _take(self, entries: Sequence[dict[str, Any]], body: str) -> dict[str, Any]:
        self.calls.append(entries)
        refused = [entry["Id"] for entry in entries if "refuse me" in entry[body]]
        return {"Failed": [{"Id": id_, "Code": "InternalError"} for id_ in refused]} if refused else {}


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    fake = Service()
    monkeypatch.setattr(boto3, "client", lambda *_, **__: fake)
    return fake


def queue() -> DeadLettersQueue:
    return DeadLettersQueue("http://queue", region="eu-central-1", endpoint_url=None)


def test_moments_go_ten_to_a_call_with_attributes_to_filter_by(service: Service) -> None:
    # GIVEN twelve moments of goals that were found at once
    moments = [goal_moment(minute) for minute in range(12)]

    # WHEN they are sent
    topic = MomentsTopic("arn:topic", region="eu-central-1", endpoint_url=None)
    topic.send([json.dumps(moment.to_dict()) for moment in moments])

    # THEN two calls have carried them, each stamped with the time of its detection
    assert sorted(len(call) for call in service.calls) == [2, 10]
    sent = [entry for call in sorted(service.calls, key=len, reverse=True) for entry in call]
    heard = [Moment.from_dict(json.loads(entry["Message"])) for entry in sent]
    assert [moment.id for moment in heard] == [moment.id for moment in moments]
    assert all(moment.detected_at_ms is not None for moment in heard)
    assert {entry["MessageAttributes"]["match_id"]["StringValue"] for entry in sent} == {"m"}


def test_large_letters_share_no_call_that_would_be_too_large() -> None:
    large = "x" * (BATCH_BYTES // 2)
    entries = [{"MessageBody": body} for body in (large, large, "small", large)]
    found = [[len(entry["MessageBody"]) for entry in batch] for batch in batches(entries, "MessageBody")]
    assert found == [[len(large), len(large)], [5, len(large)]]


def test_an_entry_that_the_service_refuses_fails_the_whole_delivery(service: Service) -> None:
    with pytest.raises(RefusedByServiceError, match="InternalError"):
        queue().send(["one", "refuse me", "three"])
    queue().send(["one"])
    assert len(service.calls) == 2


def test_nothing_to_send_makes_no_call(service: Service) -> None:
    queue().send([])
    assert service.calls == []


def goal_moment(minute: int) -> Moment:
    [moment, *_] = moments_of([goal(HOME, 1, minute)])
    return moment
