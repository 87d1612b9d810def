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
from local.twin.services.personalize.errors import ThrottlingError
from tests.e2e.rig import Rig, eventually
from tests.support.builders import a_match

pytestmark = pytest.mark.twin
MATCHES = ("clicks-one", "clicks-two")
TAPS = 15
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
                tapped = screen["placements"][0]["componentId"]
                for bad_record in BAD_RECORDS:
                    kinesis.put_record(StreamName=stream, PartitionKey=viewer, Data=bad_record)
                await app.report_interactions(screen, [tapped] * TAPS)
                expected_acts.update(
                    (viewer, "impression", each["componentId"]) for each in screen["placements"]
                )
                expected_acts[viewer, "click", tapped] += TAPS
                # THEN the tracker gets each interaction once, although it throttled at first
                tracked = functools.partial(_is_tracked, rig, viewer, expected_acts)
                await eventually(tracked, "the event tracker")
                await app.close()
    finally:
        faults.clear()
    assert rig.twin.metric_total(Metric.EVENTS_REFUSED) > refused_before
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


def _stream(rig: Rig) -> str:
    names = rig.twin.client("kinesis").list_streams()["StreamNames"]
    return str(next(name for name in names if "interactions" in name.lower()))


def _app(rig: Rig, http: aiohttp.ClientSession, viewer_id: str) -> PersonaApp:
    traits = ViewerTraits(viewer_id=viewer_id, cohort=Cohort(favourite_team="Italy"))
    return PersonaApp(
        http=http,
        url=rig.outputs.web_socket_url,
        token=rig.minter.id_token(traits),
        persona=Persona(name=viewer_id, traits=traits),
        log=DeliveryLog(),
        number=0,
    )


def _is_tracked(rig: Rig, viewer: str, expected_acts: Counter[tuple[str, str, str]]) -> bool:
    events = rig.twin.personalize.events(rig.twin.output("DatasetGroupArn"))
    tracked = Counter(
        (event.user_id, str(event.row["EVENT_TYPE"]), event.item_id or "")
        for event in events
        if event.user_id == viewer
    )
    return tracked == Counter({act: count for act, count in expected_acts.items() if act[0] == viewer})


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
