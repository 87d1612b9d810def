"""What viewers do arrives twice: at the event tracker, and in the raw bucket by day and by match."""

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
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.persona import Persona
from local.play.replay.persona_app import PersonaApp
from local.twin.services.personalize.errors import ThrottlingError
from tests.e2e.rig import Rig, eventually
from tests.fakes import a_match

pytestmark = pytest.mark.twin
MATCHES = ("clicks-one", "clicks-two")
TAPS = 15
MISFIT = {
    "match_id": "clicks-one",
    "viewer_id": "clicks-misfit",
    "component_id": "quiz-rules",
    "type": "click",
    "version": "seven",
}
HOMELESS = {"viewer_id": "clicks-homeless", "component_id": "quiz-rules", "type": "click"}
POISON = (b"\xff no JSON at all", json.dumps(HOMELESS).encode(), json.dumps(MISFIT).encode())


async def test_nothing_is_lost_while_the_tracker_throttles_and_poison_is_set_aside(rig: Rig) -> None:
    # GIVEN an event tracker that throttles, and records among the acts that nobody can read
    rig.dead_letters()
    faults = rig.twin.personalize.faults
    faults.refuse("PutEvents", ThrottlingError("Rate exceeded"), times=12)
    refused_before = rig.twin.metric_total("EventsRefused")
    kinesis, stream = rig.twin.client("kinesis"), _stream(rig)
    told: Counter[tuple[str, str, str]] = Counter()
    try:
        async with AsyncExitStack() as stack:
            feed = await stack.enter_async_context(rig.feed())
            http = await stack.enter_async_context(aiohttp.ClientSession())
            for match_id in MATCHES:
                # WHEN viewers of two matches tell what they saw and tapped, over the socket
                await feed.announce(a_match(match_id))
                viewer = f"viewer-of-{match_id}"
                app = _app(rig, http, viewer)
                await app.subscribe(match_id)
                screen = app.messages[0]
                tapped = screen["placements"][0]["componentId"]
                for poison in POISON:
                    kinesis.put_record(StreamName=stream, PartitionKey=viewer, Data=poison)
                await app.report_interactions(screen, [tapped] * TAPS)
                told.update((viewer, "impression", each["componentId"]) for each in screen["placements"])
                told[viewer, "click", tapped] += TAPS
                # THEN the tracker hears of each act once, although it refused to listen at first
                heard = functools.partial(_is_tracked, rig, viewer, told)
                await eventually(heard, "the event tracker")
                await app.close()
    finally:
        faults.clear()
    assert rig.twin.metric_total("EventsRefused") > refused_before
    # AND the raw bucket has each act once, as Parquet, under its day and its match
    await eventually(lambda: _delivered(rig) == told, "the raw bucket")
    # AND Firehose keeps what does not fit, with the record and a reason, under the kind of its error
    for kind, record in (("metadata-extraction-failed", HOMELESS), ("format-conversion-failed", MISFIT)):
        kept = await eventually(lambda kind=kind: _errors(rig, kind), kind)
        assert record in [_read(one["rawData"]) for one in kept]
        assert all(one["lastErrorMessage"] for one in kept)
    # AND what the recorder cannot read is a dead letter with its reason
    letters: list[dict[str, Any]] = []

    def poison_is_set_aside() -> bool:
        letters.extend(letter for letter in rig.dead_letters() if letter["source"] == "interactions")
        return len(letters) >= len(MATCHES) * len(POISON)

    await eventually(poison_is_set_aside, "a dead letter for each poison")
    assert all(letter["reason"] for letter in letters)


def _stream(rig: Rig) -> str:
    names = rig.twin.client("kinesis").list_streams()["StreamNames"]
    return next(name for name in names if "interactions" in name.lower())


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


def _is_tracked(rig: Rig, viewer: str, told: Counter[tuple[str, str, str]]) -> bool:
    events = rig.twin.personalize.events(rig.twin.output("DatasetGroupArn"))
    heard = Counter(
        (event.user_id, str(event.row["EVENT_TYPE"]), event.item_id or "")
        for event in events
        if event.user_id == viewer
    )
    return heard == Counter({act: count for act, count in told.items() if act[0] == viewer})


def _objects(rig: Rig, prefix: str) -> list[tuple[str, bytes]]:
    s3, bucket = rig.twin.client("s3"), rig.twin.output("RawBucketName")
    rig.twin.flush_firehose()
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
    return [(key, s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys]


def _delivered(rig: Rig) -> Counter[tuple[str, str, str]]:
    """The acts in the bucket that lie where they should: by today's date, and by their own match."""
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
