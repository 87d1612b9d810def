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
from local.play.replay.watcher import Persona, Watcher
from local.twin.services.personalize.errors import ThrottlingError
from tests.e2e.stage import Stage, eventually
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


async def test_nothing_is_lost_while_the_tracker_throttles_and_poison_is_set_aside(stage: Stage) -> None:
    # GIVEN an event tracker that throttles, and records among the acts that nobody can read
    stage.dead_letters()
    faults = stage.twin.personalize.faults
    faults.refuse("PutEvents", ThrottlingError("Rate exceeded"), times=12)
    refused_before = stage.twin.metric_total("EventsRefused")
    kinesis, stream = stage.twin.client("kinesis"), _stream(stage)
    told: Counter[tuple[str, str, str]] = Counter()
    try:
        async with AsyncExitStack() as stack:
            feed = await stack.enter_async_context(stage.feed())
            http = await stack.enter_async_context(aiohttp.ClientSession())
            for match_id in MATCHES:
                # WHEN viewers of two matches tell what they saw and tapped, over the socket
                await feed.announce(a_match(match_id))
                viewer = f"viewer-of-{match_id}"
                watcher = _watcher(stage, http, viewer)
                await watcher.watch(match_id)
                screen = watcher.messages[0]
                tapped = screen["placements"][0]["componentId"]
                for poison in POISON:
                    kinesis.put_record(StreamName=stream, PartitionKey=viewer, Data=poison)
                await watcher.tell(screen, [tapped] * TAPS)
                told.update((viewer, "impression", each["componentId"]) for each in screen["placements"])
                told[viewer, "click", tapped] += TAPS
                # THEN the tracker hears of each act once, although it refused to listen at first
                heard = functools.partial(_is_tracked, stage, viewer, told)
                await eventually(heard, "the event tracker")
                await watcher.leave()
    finally:
        faults.clear()
    assert stage.twin.metric_total("EventsRefused") > refused_before
    # AND the raw bucket has each act once, as Parquet, under its day and its match
    await eventually(lambda: _delivered(stage) == told, "the raw bucket")
    # AND Firehose keeps what does not fit, with the record and a reason, under the kind of its error
    for kind, record in (("metadata-extraction-failed", HOMELESS), ("format-conversion-failed", MISFIT)):
        kept = await eventually(lambda kind=kind: _errors(stage, kind), kind)
        assert record in [_read(one["rawData"]) for one in kept]
        assert all(one["lastErrorMessage"] for one in kept)
    # AND what the recorder cannot read is a dead letter with its reason
    letters: list[dict[str, Any]] = []

    def poison_is_set_aside() -> bool:
        letters.extend(letter for letter in stage.dead_letters() if letter["source"] == "interactions")
        return len(letters) >= len(MATCHES) * len(POISON)

    await eventually(poison_is_set_aside, "a dead letter for each poison")
    assert all(letter["reason"] for letter in letters)


def _stream(stage: Stage) -> str:
    names = stage.twin.client("kinesis").list_streams()["StreamNames"]
    return next(name for name in names if "interactions" in name.lower())


def _watcher(stage: Stage, http: aiohttp.ClientSession, viewer_id: str) -> Watcher:
    traits = ViewerTraits(viewer_id=viewer_id, cohort=Cohort(favourite_team="Italy"))
    return Watcher(
        http=http,
        url=stage.deployment.web_socket_url,
        token=stage.minter.id_token(traits),
        persona=Persona(name=viewer_id, traits=traits),
        log=DeliveryLog(),
        number=0,
    )


def _is_tracked(stage: Stage, viewer: str, told: Counter[tuple[str, str, str]]) -> bool:
    events = stage.twin.personalize.events(stage.twin.output("DatasetGroupArn"))
    heard = Counter(
        (event.user_id, str(event.row["EVENT_TYPE"]), event.item_id or "")
        for event in events
        if event.user_id == viewer
    )
    return heard == Counter({act: count for act, count in told.items() if act[0] == viewer})


def _objects(stage: Stage, prefix: str) -> list[tuple[str, bytes]]:
    s3, bucket = stage.twin.client("s3"), stage.twin.output("RawBucketName")
    stage.twin.flush_firehose()
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
    return [(key, s3.get_object(Bucket=bucket, Key=key)["Body"].read()) for key in keys]


def _delivered(stage: Stage) -> Counter[tuple[str, str, str]]:
    """The acts in the bucket that lie where they should: by today's date, and by their own match."""
    found: Counter[tuple[str, str, str]] = Counter()
    for match_id in MATCHES:
        prefix = f"interactions/date={datetime.now(tz=UTC):%Y-%m-%d}/match_id={match_id}/"
        for key, body in _objects(stage, prefix):
            assert key.endswith(".parquet")
            for row in pq.read_table(io.BytesIO(body)).to_pylist():
                found[row["viewer_id"], row["type"], row["component_id"]] += 1
    return found


def _errors(stage: Stage, kind: str) -> list[dict[str, Any]]:
    prefix = f"errors/interactions/{kind}/date={datetime.now(tz=UTC):%Y-%m-%d}/"
    return [json.loads(line) for _, body in _objects(stage, prefix) for line in body.splitlines()]


def _read(raw_data: str) -> Any:
    try:
        return json.loads(base64.b64decode(raw_data))
    except ValueError:
        return None
