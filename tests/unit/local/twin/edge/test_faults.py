"""Faults of requests at the edge."""

import json

from local.twin.edge.faults import NOTHING, EdgeFaults, Requests

READS = Requests(service="dynamodb", operation="GetItem", containing="matches")


def test_only_the_named_requests_are_refused_until_the_fault_is_cleared() -> None:
    faults = EdgeFaults(lambda _: 0)
    assert not faults.exist
    faults.refuse(READS, code="ThrottlingException")
    for _ in range(2):
        refusal = faults.interference("dynamodb", "GetItem", "/{table: matches}").refusal
        assert refusal is not None
        assert (refusal.status, json.loads(refusal.body)["__type"]) == (400, "ThrottlingException")
    assert faults.interference("dynamodb", "PutItem", "matches") == NOTHING
    assert faults.interference("dynamodb", "GetItem", "connections") == NOTHING
    assert faults.interference("sqs", "GetItem", "matches") == NOTHING
    faults.clear()
    assert not faults.exist


def test_a_fault_begins_after_a_number_of_its_requests() -> None:
    faults = EdgeFaults(lambda _: 0)
    faults.refuse(READS, code="ThrottlingException", after=2)
    answers = [faults.interference("dynamodb", "GetItem", "matches").refusal for _ in range(4)]
    assert [answer is None for answer in answers] == [True, True, False, False]


def test_requests_can_be_repeated() -> None:
    faults = EdgeFaults(lambda _: 0)
    faults.repeat(READS)
    assert faults.interference("dynamodb", "GetItem", "matches").is_repeated


def test_a_function_is_killed_once_at_its_request() -> None:
    killed: list[str] = []

    def kill(function: str) -> int:
        killed.append(function)
        return 1

    faults = EdgeFaults(kill)
    faults.kill("build_context", at=READS, after=1)
    for expected in ([], ["build_context"], ["build_context"]):
        faults.apply_kills(faults.interference("dynamodb", "GetItem", "matches"))
        assert killed == expected


def test_messages_on_a_channel_are_lost_until_the_fault_is_cleared() -> None:
    faults = EdgeFaults(lambda _: 0)
    faults.lose("/touchline/a", after=1)
    assert [faults.is_lost("/touchline/a") for _ in range(3)] == [False, True, True]
    assert not faults.is_lost("/touchline/b")
    faults.clear()
    assert not faults.is_lost("/touchline/a")
