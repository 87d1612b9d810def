"""A match that viewers follow on channels, and what tests do with it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

import aiohttp
from yarl import URL

from domain.audit import OPERATORS_GROUP
from domain.cohort import Cohort, ViewerTraits
from local.play.replay.channels.channel_transport import ChannelDelivery, ChannelTransport
from local.play.replay.channels.viewers_api import Pass, ViewersApi
from local.play.replay.operator_accounts import enrol_operators
from local.play.replay.transport import Joining, Received
from tests.e2e.rig import Rig, eventually
from tests.support.builders import a_match, a_moment

SECONDS = 60
ITALIAN = Cohort(favourite_team="Italy", age_band="25-34", country="IT", tier="premium")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedMatch:
    """An announced match of a stage that broadcasts; `errors` are those of its viewers' apps."""

    stage: Rig
    match_id: str
    http: aiohttp.ClientSession
    errors: list[str]

    def joining(self, viewer: ViewerTraits) -> Joining:
        """Return what a viewer's app needs to join."""
        return Joining(
            match_id=self.match_id,
            token=self.stage.minter.id_token(viewer),
            http=self.http,
            rng=Random(1),
            count_error=self.errors.append,
        )

    @property
    def delivery(self) -> ChannelDelivery:
        """How the stage delivers."""
        channels = self.stage.outputs.channels
        assert channels is not None
        return channels

    def app(self, name: str, cohort: Cohort = ITALIAN) -> ChannelTransport:
        """Return the app of a viewer of this match, which is not connected yet."""
        viewer = ViewerTraits(viewer_id=f"{self.match_id}-{name}", cohort=cohort)
        return self.delivery.transport(self.joining(viewer))

    async def request_pass(self, name: str, cohort: Cohort = ITALIAN) -> Pass:
        """Ask for a viewer's pass."""
        viewer = ViewerTraits(viewer_id=f"{self.match_id}-{name}", cohort=cohort)
        return await ViewersApi(self.delivery.viewers_url, self.joining(viewer)).request_pass()

    def publish_goal(self, number: int) -> str:
        """Publish the moment of a goal, and return its id."""
        moment = a_moment(number, match_id=self.match_id)
        topic = self.stage.outputs.moments_topic_arn
        self.stage.twin.client("sns").publish(TopicArn=topic, Message=json.dumps(moment.to_dict()))
        return moment.id

    async def operate(self, command: str, **fields: Any) -> None:
        """Carry out an operator's command."""
        minter = enrol_operators(self.stage.twin.client("cognito-idp"), self.stage.outputs, ["olga"])
        token = minter.id_token(ViewerTraits(viewer_id="olga", cohort=Cohort()), groups=(OPERATORS_GROUP,))
        url = self.stage.outputs.web_socket_url
        async with self.http.ws_connect(url, protocols=("touchline.v1", token)) as socket:
            await socket.send_json(
                {
                    "action": "operate",
                    "requestId": f"{command}-1",
                    "matchId": self.match_id,
                    "command": command,
                    "reason": "a test",
                    **fields,
                }
            )
            assert (await socket.receive_json(timeout=30))["type"] == "ack"

    async def document(self, link: str) -> dict[str, Any]:
        """Read a document at the edge; empty while it is not written."""
        async with self.http.get(URL(link, encoded=True)) as response:
            return json.loads(await response.text()) if response.status == 200 else {}

    async def wait_for_document(self, link: str, version: int) -> dict[str, Any]:
        """Wait until the edge has a document of this version or a newer one."""
        async with asyncio.timeout(SECONDS):
            while (document := await self.document(link)).get("version", -1) < version:
                await asyncio.sleep(0.2)
        return document


@asynccontextmanager
async def followed(stage: Rig, match_id: str) -> AsyncIterator[FollowedMatch]:
    """Announce a match."""
    async with stage.feed() as feed, aiohttp.ClientSession() as http:
        await feed.announce(a_match(match_id))
        yield FollowedMatch(stage=stage, match_id=match_id, http=http, errors=[])


async def until_version(app: ChannelTransport, version: int) -> list[Received]:
    """Return what an app receives up to this version or a newer one."""
    found: list[Received] = []
    async with asyncio.timeout(SECONDS):
        while not found or found[-1].message["version"] < version:
            received = await app.receive()
            assert received is not None
            found.append(received)
    return found


async def until_answered(app: ChannelTransport) -> None:
    """Wait until the server has answered every report of an app."""
    await eventually(lambda: not app.unanswered, "the answer to a report")


async def until_total(stage: Rig, metric: str, least: float) -> None:
    """Wait until the total of a metric is at least this."""
    await eventually(lambda: stage.twin.metric_total(metric) >= least, f"{metric} to be {least:g}")
