"""The time from a signal to a screen is split into the product's own, its waits, and the rest."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks.rig.latency_parts import Parts, Spans, split
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.screen import Reception

TRACE = {
    "signalReceivedAt": 1_000,
    "momentDetectedAt": 1_050,
    "contextBuiltAt": 1_120,
    "plannedAt": 1_130,
    "startedAt": 1_220,
    "recommendedAt": 1_300,
}
RECEIVED_AT = 1_400


def invocation(name: str, environment: str, started: float, ended: float) -> dict[str, Any]:
    return {
        "kind": "invocation",
        "name": name,
        "environment": environment,
        "queued": started,
        "started": started,
        "ended": ended,
    }


def call(name: str, environment: str, started: float, ended: float) -> dict[str, Any]:
    return {"kind": "call", "name": name, "environment": environment, "started": started, "ended": ended}


SPANS = [
    invocation("ingest_feed", "i", 995, 1_040),
    call("kinesis:PutRecords", "i", 1_010, 1_030),
    invocation("build_context", "b", 1_100, 1_180),
    call("dynamodb:GetItem", "b", 1_105, 1_115),
    call("sqs:SendMessageBatch", "b", 1_140, 1_160),
    invocation("dispatch_components", "d", 1_200, 1_500),
    call("dynamodb:Query", "d", 1_205, 1_215),
    call("personalize:POST", "d", 1_230, 1_260),
    call("personalize:POST", "d", 1_250, 1_280),
]


def parts(tmp_path: Path, spans: list[dict[str, Any]], trace: Mapping[str, int] = TRACE) -> list[Parts]:
    path = tmp_path / "spans.jsonl"
    path.write_text("".join(json.dumps(span) + "\n" for span in spans))
    log = DeliveryLog()
    message = {"matchId": "m", "version": 2, "placements": [], "trace": trace}
    log.add(0, message, Reception.SHOWN, RECEIVED_AT)
    return split(log.deliveries, Spans.read(path))


def test_each_part_of_the_path_is_counted_once(tmp_path: Path) -> None:
    (found,) = parts(tmp_path, SPANS)

    detect, build, dispatch = 50 - 20, 40 - 10, 200 - 10 - 50
    assert found.own == pytest.approx(detect + build + dispatch)
    assert found.waits == pytest.approx(20 + 10 + 10 + 50)
    assert found.total == RECEIVED_AT - TRACE["signalReceivedAt"]
    # From the moment to `build_context`, and from the tasks to `dispatch_components`.
    assert found.rest == pytest.approx(50 + 60)


def test_of_two_invocations_that_may_have_sent_a_message_the_slower_counts(tmp_path: Path) -> None:
    earlier = [
        invocation("dispatch_components", "e", 1_150, 1_500),
        call("dynamodb:Query", "e", 1_205, 1_215),
    ]

    (alone,), (both,) = parts(tmp_path, SPANS), parts(tmp_path, [*SPANS, *earlier])

    assert both.own == pytest.approx(alone.own + 50 + 50)


def test_a_snapshot_is_no_delivery_of_a_moment(tmp_path: Path) -> None:
    assert parts(tmp_path, SPANS, trace={}) == []
