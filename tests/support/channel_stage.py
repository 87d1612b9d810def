"""A stage that broadcasts, in memory: passes, documents and reports over HTTP, and the twin's channels."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from domain.channel import channel_of
from domain.packed_event import pack
from local.play.replay.channels.channel_transport import ChannelDelivery
from local.twin.services.appsync import ChannelNamespace
from tests.support.event_rig import API_ID, ARN, Served, event_api, serving

AUDIENCE, OTHER_AUDIENCE, OWN = "a" * 32, "b" * 32, "c" * 32
EDITION = "11111111"
Message = dict[str, Any]


def audience_message(version: int, *components: str, maximum: int | None = None, **fields: Any) -> Message:
    """Return an audience message with these components of one slot, best first; the first may have a cap."""
    names = components or ("poll",)
    return {
        "type": "audience",
        "matchId": "m1",
        "version": version,
        "rung": "cohort",
        "snapshot": False,
        "sentAt": "2021-06-11T19:00:00Z",
        "trace": {},
        "rulesEdition": EDITION,
        "components": [{"slot": "overlay", "componentId": name, "type": "live_poll"} for name in names],
        "candidates": [
            {
                "component": index,
                "recommendationId": "r1",
                "rung": "cohort",
                "signature": "s",
                "above": [],
                "limits": [{"rule": "cap", "maximum": maximum}] if maximum and index == 0 else [],
            }
            for index in range(len(names))
        ],
        "conflicts": [],
        "rotation": 0,
        **fields,
    }


@dataclass
class ChannelStage:
    """What the stage answers, and what it was asked; statuses of answers are used up one by one."""

    served: Served
    base_url: str
    audience: str = AUDIENCE
    edition: str = EDITION
    impression_share: float = 1.0
    documents: dict[str, Message] = field(default_factory=dict)
    pass_statuses: list[int] = field(default_factory=list)
    report_statuses: list[int] = field(default_factory=list)
    passes: int = 0
    reports: list[list[Message]] = field(default_factory=list)

    @property
    def delivery(self) -> ChannelDelivery:
        """How the stage delivers."""
        events = f"{self.served.base_url}/_aws/appsync-api/{API_ID}/event"
        realtime = f"{self.served.base_url}/_aws/appsync-realtime-api/{API_ID}/event/realtime"
        return ChannelDelivery(viewers_url=self.base_url, events_url=events, realtime_url=realtime)

    async def publish(self, message: Message, address: str = AUDIENCE) -> None:
        """Publish a message on a channel."""
        body = {"channel": channel_of(address), "events": [pack(json.dumps(message).encode())]}
        status, _ = await self.served.post(json.dumps(body).encode())
        assert status == 200

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Answer one request."""
        if request.path.endswith("/pass"):
            self.passes += 1
            status = self.pass_statuses.pop(0) if self.pass_statuses else 200
            return web.json_response(self._pass() if status == 200 else {}, status=status)
        if request.path.endswith("/interactions"):
            self.reports.append((await request.json())["interactions"])
            status = self.report_statuses.pop(0) if self.report_statuses else 200
            return web.json_response({"type": "ack"}, status=status)
        document = self.documents.get(request.path.rpartition("/")[2])
        return web.json_response(document) if document else web.Response(status=403)

    def _pass(self) -> Message:
        addresses = (self.audience, OWN)
        return {
            "matchId": "m1",
            "token": "pass",
            "channels": [channel_of(address) for address in addresses],
            "documents": [f"{self.base_url}/documents/{address}" for address in addresses],
            "ownAddress": OWN,
            "rulesEdition": self.edition,
            "issuedAt": "2026-01-01T00:00:00Z",
            "expiresAt": "2199-01-01T00:00:00Z",
            "impressionShare": self.impression_share,
            "joinWithinSeconds": 1,
            "refreshSeconds": [60, 120],
        }


@asynccontextmanager
async def channel_stage(is_lost: Callable[[str], bool] = lambda _: False) -> AsyncIterator[ChannelStage]:
    """Serve a stage."""
    async with serving(is_lost=is_lost) as served:
        namespace = ChannelNamespace.declared(
            event_api(), {"Name": "touchline"}, arn=f"{ARN}/channelNamespace/touchline"
        )
        served.apis.put_namespace(API_ID, namespace)
        stage = ChannelStage(served, "")
        runner = web.ServerRunner(web.Server(stage.handle))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        host, port = runner.addresses[0][:2]
        stage.base_url = f"http://{host}:{port}"
        yield stage
        await runner.cleanup()
