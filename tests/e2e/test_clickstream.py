"""Interactions arrive at the event tracker, and in the raw bucket by day and match."""

import base64
import functools
import io
import json
from collections import Counter
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pyarrow.parquet as pq
import pytest

from domain.cohort import Cohort, ViewerTraits
from domain.metrics import Metric
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.persona import Persona
from local.play.replay.persona_app import PersonaApp
from local.twin.edge.faults import Requests
from local.twin.services.personalize.errors import ThrottlingError
from tests.e2e.alarms import Alarm
from tests.e2e.rig import Rig, eventually
from tests.support.builders import a_match
from tests.support.interactions import recorded

pytestmark = pytest.mark.twin
MATCHES = ("clicks-one", "clicks-two")
WRONG_TYPE = {
    "match_id": "clicks-one",
    "viewer_id": "clicks-wrong-type",
    "component_id": "quiz-rules",
    "type": "click",
    "version": "seven",
}
WITHOUT_MATCH = {"viewer_id": "clicks-without-match", "component_id": "quiz-rules", "type": "click"}
BAD_RECORDS = (b"\xff no JSON at all", json.dumps(WITHOUT_MATCH).encode(), json.dumps(WRONG_TYPE).encode())


async def test_no_interaction_is_lost_while_the_tracker_throttles_and_bad_records_are_dead_letters(
    rig: Rig,
) -> None:
    # GIVEN an event tracker that throttles, and unreadable records among the interactions
    rig.dead_letters()
    faults = rig.twin.personalize.faults
    faults.refuse("PutEvents", ThrottlingError("Rate exceeded"), times=12)
    refused_before = rig.twin.metric_total(Metric.EVENTS_REFUSED)
    kinesis, stream = rig.twin.client("kinesis"), _stream(rig)
    expected_acts: Counter[tuple[str, str, str]] = Counter()
    try:
        async with AsyncExitStack() as stack:
            feed = await stack.enter_async_context(rig.feed())
            http = await stack.enter_async_context(aiohttp.ClientSession())
            for match_id in MATCHES:
                # WHEN viewers of two matches report impressions and taps over the socket
                await feed.announce(a_match(match_id))
                viewer = f"viewer-of-{match_id}"
                app = _app(rig, http, viewer)
                await app.subscribe(match_id)
                screen = app.messages[0]
                shown = [each["componentId"] for each in screen["placements"]]
                for bad_record in BAD_RECORDS:
                    kinesis.put_record(StreamName=stream, PartitionKey=viewer, Data=bad_record)
                await app.report_interactions(screen, shown)
                expected_acts.update(
                    (viewer, kind, component_id) for component_id in shown for kind in ("impression", "click")
                )
                # THEN the tracker gets each click once, although it throttled at first
                tracked = functools.partial(_is_tracked, rig, viewer, expected_acts)
                await eventually(tracked, "the event tracker")
                await app.close()
    finally:
        faults.clear()
    await eventually(
        lambda: rig.twin.metric_total(Metric.EVENTS_REFUSED) > refused_before, "the refusals to be counted"
    )
    # AND the raw bucket has each interaction once, as Parquet, under its day and match
    await eventually(lambda: _delivered(rig) == expected_acts, "the raw bucket")
    # AND Firehose keeps records that do not fit the schema, with a reason, under the type of error
    for kind, record in (
        ("metadata-extraction-failed", WITHOUT_MATCH),
        ("format-conversion-failed", WRONG_TYPE),
    ):
        kept = await eventually(functools.partial(_errors, rig, kind), kind)
        assert record in [_read(one["rawData"]) for one in kept]
        assert all(one["lastErrorMessage"] for one in kept)
    # AND a record that cannot be read is a dead letter with its reason
    letters: list[dict[str, Any]] = []

    def all_are_dead_letters() -> bool:
        letters.extend(letter for letter in rig.dead_letters() if letter["source"] == "interactions")
        return len(letters) >= len(MATCHES) * len(BAD_RECORDS)

    await eventually(all_are_dead_letters, "a dead letter for each bad record")
    assert all(letter["reason"] for letter in letters)


async def test_a_recorder_that_is_killed_in_mid_batch_records_each_interaction_once(rig: Rig) -> None:
    # GIVEN interactions of two viewers, and a recorder that is killed when it has sent those of both
    alarm = Alarm(rig.twin, "RecordInteractionsErrors")
    viewers = ("clicks-killed-one", "clicks-killed-two")
    sent = [recorded(number, viewer, f"{viewer}-session") for viewer in viewers for number in (1, 2)]
    put = Requests(service="personalize", operation="POST", containing="clicks-killed")
    rig.twin.faults.kill("record_interactions", at=put, after=1)
    # WHEN they arrive together
    data = [{"Data": json.dumps(each.to_dict()).encode(), "PartitionKey": "clicks-killed"} for each in sent]
    try:
        rig.twin.client("kinesis").put_records(StreamName=_stream(rig), Records=data)
        await eventually(alarm.is_raised, "RecordInteractionsErrors to be raised")
    finally:
        rig.twin.faults.clear()
    # THEN the stream delivers them again, and the tracker has each once
    expected_acts = Counter((each.viewer_id, "click", each.interaction.component_id) for each in sent)
    for viewer in viewers:
        await eventually(functools.partial(_is_tracked, rig, viewer, expected_acts), "the event tracker")


def _stream(rig: Rig) -> str:
    names = rig.twin.client("kinesis").list_streams()["StreamNames"]
    return str(next(name for name in names if "interactions" in name.lower()))


def _app(rig: Rig, http: aiohttp.ClientSession, viewer_id: str) -> PersonaApp:
    traits = ViewerTraits(viewer_id=viewer_id, cohort=Cohort(favourite_team="Italy"))
    return PersonaApp(
        http=http,
        delivery=rig.outputs.delivery,
        token=rig.minter.id_token(traits),
        persona=Persona(name=viewer_id, traits=traits),
        log=DeliveryLog(),
        number=0,
    )


def _is_tracked(rig: Rig, viewer: str, expected_acts: Counter[tuple[str, str, str]]) -> bool:
    """True if the tracker has each click of a viewer once; impressions may be left to the training."""
    events = rig.twin.personalize.events(rig.twin.output("DatasetGroupArn"))
    tracked = Counter(
        (event.user_id, str(event.row["EVENT_TYPE"]), event.item_id or "")
        for event in events
        if event.user_id == viewer
    )
    assert tracked <= expected_acts
    clicks = Counter({act: count for act, count in expected_acts.items() if act[:2] == (viewer, "click")})
    return clicks <= tracked


def _objects(rig: Rig, prefix: str) -> list[tuple[str, bytes]]:
    s3, bucket = rig.twin.client("s3"), rig.twin.output("RawBucketName")
    rig.twin.flush_firehose()
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
    return [(key, s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys]


def _delivered(rig: Rig) -> Counter[tuple[str, str, str]]:
    """Return the interactions in the bucket under today's date and their own match."""
    found: Counter[tuple[str, str, str]] = Counter()
    for match_id in MATCHES:
        prefix = f"interactions/date={datetime.now(tz=UTC):%Y-%m-%d}/match_id={match_id}/"
        for key, body in _objects(rig, prefix):
            assert key.endswith(".parquet")
            for row in pq.read_table(io.BytesIO(body)).to_pylist():
                found[row["viewer_id"], row["type"], row["component_id"]] += 1
    return found


def _errors(rig: Rig, kind: str) -> list[dict[str, Any]]:
    prefix = f"errors/interactions/{kind}/date={datetime.now(tz=UTC):%Y-%m-%d}/"
    return [json.loads(line) for _, body in _objects(rig, prefix) for line in body.splitlines()]


def _read(raw_data: str) -> Any:
    try:
        return json.loads(base64.b64decode(raw_data))
    except ValueError:
        return None
