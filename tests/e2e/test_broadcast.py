"""Picture and sound land in the media bucket: moments and contexts learn their place in the programme."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest

from domain.cohort import Cohort, ViewerTraits
from domain.validation import format_instant
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.persona import Message, Persona
from local.play.replay.persona_app import PersonaApp
from local.twin.edge.services import ServiceAnswer, ServiceRequest, json_error
from local.twin.services.rekognition.service import RekognitionService
from tests.e2e.rig import Rig, eventually, goals
from tests.fakes import a_match
from tests.integration.broadcast.drawing import frame
from tests.integration.broadcast.speaking import speech
from tests.unit.domain.detection.play import KICK_OFF

pytestmark = pytest.mark.twin
GOAL_MINUTE = 10
BEHIND = timedelta(seconds=8)
"""How far the programme runs behind the pitch."""
MATCH_CLOCKS = (620, 625, 630, 635)


class SometimesBroken:
    """Rekognition that fails for the samples of one match and really reads all others."""

    def __init__(self, rig: Rig, match_id: str) -> None:
        self._reads = RekognitionService(lambda: rig.twin.client("s3"))
        self._match_id = match_id

    async def __call__(self, request: ServiceRequest) -> ServiceAnswer:
        if self._match_id.encode() in request.body:
            return json_error("InternalServerError", "no model answers", status=500)
        return await self._reads(request)


def put(rig: Rig, match_id: str, at: datetime, kind: str, content: bytes) -> str:
    """A sample in the media bucket, named by its media time."""
    key = f"samples/{match_id}/{int(at.timestamp() * 1000)}.{kind}"
    bucket = rig.twin.output("MediaBucketName")
    rig.twin.client("s3").put_object(Bucket=bucket, Key=key, Body=content)
    return key


def show_scoreboard(rig: Rig, match_id: str) -> None:
    """Frames that show the away team's goal, some seconds after it."""
    for seconds in MATCH_CLOCKS:
        text = f"TUR 0 - 1 ITA  {seconds // 60:02d}:{seconds % 60:02d}"
        at = KICK_OFF + BEHIND + timedelta(seconds=seconds)
        put(rig, match_id, at, "jpg", frame(text, seed=seconds))


@asynccontextmanager
async def watched_goal(rig: Rig, match_id: str) -> AsyncIterator[PersonaApp]:
    """A viewer of a match whose feed has told of a goal after ten minutes."""
    persona = Persona(name="Ada", traits=ViewerTraits(viewer_id=f"{match_id}-ada", cohort=Cohort()))
    async with rig.feed() as feed, aiohttp.ClientSession() as http:
        await feed.announce(a_match(match_id))
        app = PersonaApp(
            http=http,
            url=rig.outputs.web_socket_url,
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
    """The first message whose moment has a place in the programme."""
    found: Message = await eventually(
        lambda: next((m for m in list(app.messages.values()) if m["media"]["time"]), None),
        "a context with media time",
    )
    return found


async def test_a_screen_learns_from_the_scoreboard_when_its_picture_reaches_the_goal(rig: Rig):
    async with watched_goal(rig, "seen") as app:
        # WHEN frames of the broadcast show the new score and the clock beside it
        refused_before = rig.twin.metric_total("AnalyserRefused", service="analyse_media")
        show_scoreboard(rig, "seen")
        message = await placed(app)
    # THEN the next version of the context opens when the programme shows the goal's second
    expected = format_instant(KICK_OFF + BEHIND + timedelta(minutes=GOAL_MINUTE))
    assert (message["media"]["time"], message["media"]["notBefore"]) == (expected, expected)
    assert message["version"] > 1
    # and the twin, which sees no labels, says so instead of inventing some
    assert rig.twin.metric_total("AnalyserRefused", service="analyse_media") > refused_before


async def test_a_screen_learns_from_the_commentary_when_its_sound_reaches_the_goal(rig: Rig):
    began = KICK_OFF + timedelta(seconds=605)
    async with watched_goal(rig, "heard") as app:
        # WHEN a segment of the sound says it
        put(rig, "heard", began, "wav", speech("He shoots and it is a goal. What a goal."))
        message = await placed(app)
    # THEN the context opens at the word, within what was said
    heard_at = datetime.fromisoformat(message["media"]["time"])
    assert timedelta(0) < heard_at - began < timedelta(seconds=4)


async def test_poisoned_samples_are_set_aside_with_their_reasons_and_their_neighbours_are_read(rig: Rig):
    # GIVEN samples that nobody can read, and one that Rekognition fails on each time
    rig.dead_letters()
    rig.twin.replace_service("rekognition", SometimesBroken(rig, "unlucky"))
    at = KICK_OFF + timedelta(minutes=30)
    async with watched_goal(rig, "neighbour") as app:
        reasons = {
            put(rig, "poison", at, "jpg", b"no picture"): "frame that the service can read",
            put(rig, "poison", at, "wav", speech("Quiet.")[:4000]): "truncated",
            put(rig, "poison", at, "txt", b"?"): "a name that ends in",
            put(rig, "unlucky", at, "jpg", frame("TUR 0 - 1 ITA  30:00")): "no model answers",
        }
        # WHEN good frames of another match come right behind them
        show_scoreboard(rig, "neighbour")
        # THEN that match learns its place
        assert (await placed(app))["media"]["time"]
    # and each bad sample lies in the dead letters, with the reason
    told: dict[str, str] = {}

    def all_told() -> bool:
        told.update(_told(letter) for letter in rig.dead_letters())
        return told.keys() >= reasons.keys()

    await eventually(all_told, "a dead letter for each bad sample")
    assert {key: reason in told[key] for key, reason in reasons.items()} == dict.fromkeys(reasons, True)


def _told(letter: dict[str, Any]) -> tuple[str, str]:
    """A sample and why it was set aside: by the function, or by Lambda after its last attempt."""
    if "payload" in letter:
        return letter["payload"], letter["reason"]
    return letter["requestPayload"]["detail"]["object"]["key"], str(letter["responsePayload"])
