"""Picture and sound in the media bucket give moments and contexts their media time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest

from domain.cohort import Cohort, ViewerTraits
from domain.metrics import Metric
from domain.validation import format_instant
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.persona import Message, Persona
from local.play.replay.persona_app import PersonaApp
from local.twin.edge.services import ServiceAnswer, ServiceRequest, json_error
from local.twin.services.rekognition.service import RekognitionService
from tests.e2e.rig import LONE_MINUTES, Rig, eventually, goals
from tests.support.builders import a_match
from tests.support.feed_entries import KICK_OFF
from tests.support.scoreboard_frames import frame
from tests.support.speech import speech

pytestmark = pytest.mark.twin
GOAL_MINUTE = LONE_MINUTES[0]
BEHIND = timedelta(seconds=8)
"""How far the programme runs behind the pitch."""
MATCH_CLOCKS = tuple(GOAL_MINUTE * 60 + seconds for seconds in (20, 25, 30, 35))


class SometimesBroken:
    """Rekognition that fails for the samples of one match and reads all others."""

    def __init__(self, rig: Rig, match_id: str) -> None:
        self._rekognition = RekognitionService(lambda: rig.twin.client("s3"))
        self._match_id = match_id

    async def __call__(self, request: ServiceRequest) -> ServiceAnswer:
        if self._match_id.encode() in request.body:
            return json_error("InternalServerError", "no model answers", status=500)
        return await self._rekognition(request)


def put_sample(rig: Rig, match_id: str, at: datetime, kind: str, content: bytes) -> str:
    """Put a sample in the media bucket, named by its media time, and return its key."""
    key = f"samples/{match_id}/{int(at.timestamp() * 1000)}.{kind}"
    bucket = rig.twin.output("MediaBucketName")
    rig.twin.client("s3").put_object(Bucket=bucket, Key=key, Body=content)
    return key


def put_scoreboards(rig: Rig, match_id: str) -> None:
    """Put frames that show the away team's goal, some seconds after it."""
    for seconds in MATCH_CLOCKS:
        text = f"TUR 0 - 1 ITA  {seconds // 60:02d}:{seconds % 60:02d}"
        at = KICK_OFF + BEHIND + timedelta(seconds=seconds)
        put_sample(rig, match_id, at, "jpg", frame(text, seed=seconds))


@asynccontextmanager
async def watched_goal(rig: Rig, match_id: str) -> AsyncIterator[PersonaApp]:
    """Yield the app of a viewer whose match has had a goal in an early minute."""
    persona = Persona(name="Ada", traits=ViewerTraits(viewer_id=f"{match_id}-ada", cohort=Cohort()))
    async with rig.feed() as feed, aiohttp.ClientSession() as http:
        await feed.announce(a_match(match_id))
        app = PersonaApp(
            http=http,
            delivery=rig.outputs.delivery,
            token=rig.token(persona.traits.viewer_id),
            persona=persona,
            log=DeliveryLog(),
            number=0,
        )
        await app.subscribe(match_id)
        await feed.post(match_id, goals(match_id, [GOAL_MINUTE]))
        await eventually(lambda: app.version >= 1, "the goal's context")
        yield app
        await app.close()


async def placed(app: PersonaApp) -> Message:
    """Return the first message whose moment has a media time."""
    found: Message = await eventually(
        lambda: next((m for m in list(app.messages.values()) if m["media"]["time"]), None),
        "a context with media time",
    )
    return found


async def test_the_scoreboard_gives_a_goal_its_media_time(rig: Rig) -> None:
    async with watched_goal(rig, "seen") as app:
        # WHEN frames of the broadcast show the new score and the clock beside it
        refused_before = rig.twin.metric_total(Metric.ANALYSER_REFUSED, service="analyse_media")
        put_scoreboards(rig, "seen")
        message = await placed(app)
    # THEN the next context version is shown when the programme shows the goal's second
    expected = format_instant(KICK_OFF + BEHIND + timedelta(minutes=GOAL_MINUTE))
    assert (message["media"]["time"], message["media"]["notBefore"]) == (expected, expected)
    assert message["version"] > 1
    # AND the twin, which has no model for labels, refuses instead of inventing some
    await eventually(
        lambda: rig.twin.metric_total(Metric.ANALYSER_REFUSED, service="analyse_media") > refused_before,
        "the refusal to be counted",
    )


async def test_the_commentary_gives_a_goal_its_media_time(rig: Rig) -> None:
    start = KICK_OFF + timedelta(minutes=GOAL_MINUTE, seconds=5)
    async with watched_goal(rig, "heard") as app:
        # WHEN a segment of the sound mentions the goal
        put_sample(rig, "heard", start, "wav", speech("He shoots and it is a goal. What a goal."))
        message = await placed(app)
    # THEN the context is shown at the word
    heard_at = datetime.fromisoformat(message["media"]["time"])
    assert timedelta(0) < heard_at - start < timedelta(seconds=4)


async def test_bad_samples_are_dead_letters_with_reasons_and_good_ones_are_read(rig: Rig) -> None:
    # GIVEN unreadable samples, and one on which Rekognition always fails
    rig.dead_letters()
    rig.twin.replace_service("rekognition", SometimesBroken(rig, "unlucky"))
    at = KICK_OFF + timedelta(minutes=30)
    async with watched_goal(rig, "neighbour") as app:
        reasons = {
            put_sample(rig, "poison", at, "jpg", b"no picture"): "frame that the service can read",
            put_sample(rig, "poison", at, "wav", speech("Quiet.")[:4000]): "truncated",
            put_sample(rig, "poison", at, "txt", b"?"): "a key that ends in",
            put_sample(rig, "unlucky", at, "jpg", frame("TUR 0 - 1 ITA  30:00")): "no model answers",
        }
        # WHEN good frames of another match follow
        put_scoreboards(rig, "neighbour")
        # THEN that match's moment gets its media time
        assert (await placed(app))["media"]["time"]
    # AND each bad sample is a dead letter with its reason
    found: dict[str, str] = {}

    def all_found() -> bool:
        found.update(_key_and_reason(letter) for letter in rig.dead_letters())
        return found.keys() >= reasons.keys()

    await eventually(all_found, "a dead letter for each bad sample")
    assert {key: reason in found[key] for key, reason in reasons.items()} == dict.fromkeys(reasons, True)


def _key_and_reason(letter: dict[str, Any]) -> tuple[str, str]:
    """Return the key and the reason of a dead letter, from the function or from Lambda's last attempt."""
    if "payload" in letter:
        return letter["payload"], letter["reason"]
    return letter["requestPayload"]["detail"]["object"]["key"], str(letter["responsePayload"])
