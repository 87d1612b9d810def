"""A whole match through the whole system, as a vendor and as viewers, from the outside alone."""

import asyncio
import json
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import aiohttp

from domain.match import Match
from domain.moment import Moment
from domain.signal import Signal
from local.replay.crowd_process import CrowdProcess
from local.replay.deliveries import DeliveryLog
from local.replay.deployment import Deployment
from local.replay.errors import ReplayError
from local.replay.feed_client import FeedClient
from local.replay.identities import TokenMinter
from local.replay.moment_log import MomentLog
from local.replay.pacing import telling, timed
from local.replay.report import build_report
from local.replay.viewer_spec import Taste, ViewerSpec
from local.replay.watcher import Message, Persona, Watcher

MOMENT_SECONDS = 0.5
CONTEXT_SECONDS = 2.0
SHOWN_SECONDS = 60.0
QUIET_SECONDS = 2.0
PATIENCE_SECONDS = 60.0
LONGEST_SETTLING_SECONDS = 60.0
COUNTERS = {
    "sent": "Sent",
    "gone": "Gone",
    "failed": "Failed",
    "calls": "RecommenderCalls",
    "cache_hits": "CacheHits",
    "throttled": "Throttled",
}


class RunningTwin(Protocol):
    """What a replay uses of a twin."""

    edge_url: str

    @property
    def outputs(self) -> dict[str, dict[str, str]]:
        """Every stack's outputs by name."""

    def client(self, service: str) -> Any:
        """A boto3 client against the twin."""


class Audience(Protocol):
    """Whoever follows a replay while it runs."""

    def played(self, signal: Signal) -> None:
        """A signal was posted."""

    def found(self, moment: Moment) -> None:
        """A moment was published."""

    def shown(self, persona: Persona, message: Message) -> None:
        """A persona's app shows a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPlan:
    """What to replay, to whom and how fast; speed 0 waits for nothing but the screens."""

    match: Match
    signals: Sequence[Signal]
    specs: list[ViewerSpec]
    personas: Sequence[Persona]
    speed: float
    provider: str
    engine: str
    taste: Taste | None = None


async def replay(twin: RunningTwin, plan: ReplayPlan, audience: Audience | None = None) -> dict[str, Any]:
    """Play the match and report what became of it (the names are those of the report's contract)."""
    deployment = Deployment.from_outputs(twin.outputs)
    key = json.loads(
        twin.client("secretsmanager").get_secret_value(SecretId=deployment.feed_keys_secret_arn)[
            "SecretString"
        ]
    )["default"]
    minter = TokenMinter(issuer=deployment.token_issuer, audience=deployment.token_audience)
    log = MomentLog(sns=twin.client("sns"), sqs=twin.client("sqs"), topic_arn=deployment.moments_topic_arn)
    before = _counts(twin.edge_url)
    watched = DeliveryLog()
    watched.viewers = len(plan.personas)
    crowd = CrowdProcess(
        url=deployment.web_socket_url,
        specs=plan.specs,
        issuer=deployment.token_issuer,
        audience=deployment.token_audience,
        taste=plan.taste,
    )
    async with (
        FeedClient(url=deployment.feed_url, provider=plan.provider, key=key) as feed,
        aiohttp.ClientSession() as http,
        crowd,
    ):
        await feed.announce(plan.match)
        await _everybody_comes(crowd)
        watchers = [
            Watcher(
                http=http,
                url=deployment.web_socket_url,
                token=minter.id_token(persona.traits),
                persona=persona,
                log=watched,
                number=len(plan.specs) + number,
                shown=audience.shown if audience else None,
            )
            for number, persona in enumerate(plan.personas)
        ]
        for watcher in watchers:
            await watcher.watch(plan.match.id)
        stage = _Stage(plan=plan, feed=feed, crowd=crowd, watcher=watchers[0], log=log, audience=audience)
        await (stage.play_fast() if plan.speed == 0 else stage.play_timed())
        await stage.settle()
        for watcher in watchers:
            await watcher.leave()
    after = _counts(twin.edge_url)
    crowd.log.merge(watched)
    return build_report(
        match=plan.match,
        engine=plan.engine,
        moments=log.of(plan.match.id),
        contexts=[_context_row(message) for _, message in sorted(watchers[0].messages.items())],
        log=crowd.log,
        counts={name: after[name] - before[name] for name in COUNTERS},
    )


@dataclass(slots=True, kw_only=True)
class _Stage:
    """The match being played."""

    plan: ReplayPlan
    feed: FeedClient
    crowd: CrowdProcess
    watcher: Watcher
    log: MomentLog
    audience: Audience | None

    async def play_fast(self) -> None:
        """Post up to each entry that may tell something, and go on as soon as every screen shows it.

        One moment at a time, and not before all reports of the last one are answered: the latencies are the
        system's, not those of a queue of the replay's own making.
        """
        for batch in telling(self.plan.signals):
            version = self.watcher.version
            await self._post(batch)
            if await self._moment_comes() and await self.watcher.newer(
                version, timeout_seconds=CONTEXT_SECONDS
            ):
                await self._everybody_shows()
                await self.crowd.answered(timeout_seconds=SHOWN_SECONDS)

    async def play_timed(self) -> None:
        """Post each signal when it is due, as a live feed does."""
        start = time.monotonic()
        for due_seconds, batch in timed(self.plan.signals, self.plan.speed):
            while (wait := start + due_seconds - time.monotonic()) > 0:
                await asyncio.sleep(min(wait, 0.1))
                await self._collect()
            await self._post(batch)

    async def settle(self) -> None:
        """Wait until nothing new has come for a while and every screen shows the newest version."""
        deadline = time.monotonic() + LONGEST_SETTLING_SECONDS
        quiet_since, version = time.monotonic(), self.watcher.version
        while time.monotonic() < deadline and time.monotonic() - quiet_since < QUIET_SECONDS:
            if await self._collect() or self.watcher.version != version:
                quiet_since, version = time.monotonic(), self.watcher.version
            await asyncio.sleep(0.05)
        await self._everybody_shows()

    async def _post(self, batch: list[Signal]) -> None:
        await self.feed.post(self.plan.match.id, batch)
        if self.audience is not None:
            for signal in batch:
                self.audience.played(signal)

    async def _moment_comes(self) -> bool:
        deadline = time.monotonic() + MOMENT_SECONDS
        while time.monotonic() < deadline:
            if await self._collect():
                return True
            await asyncio.sleep(0.01)
        return False

    async def _collect(self) -> int:
        tell: Callable[[Moment], None] | None = self.audience.found if self.audience else None
        return await asyncio.to_thread(self.log.collect, tell)

    async def _everybody_shows(self) -> None:
        version = self.watcher.version
        await self.crowd.shown(self.plan.match.id, version=version, timeout_seconds=SHOWN_SECONDS)


async def _everybody_comes(crowd: CrowdProcess) -> None:
    try:
        await crowd.ready(patience_seconds=PATIENCE_SECONDS)
    except TimeoutError as error:
        raise ReplayError(f"viewers: {error}") from error


def _context_row(message: Message) -> dict[str, Any]:
    moment = message.get("moment") or {}
    return {
        "version": message["version"],
        "moment_id": moment.get("id"),
        "columns": message["columns"],
    }


def _counts(edge_url: str) -> dict[str, float]:
    with urllib.request.urlopen(f"{edge_url}/_touchline/metrics", timeout=10) as response:
        rows = json.load(response)
    totals: dict[str, float] = {}
    for row in rows if isinstance(rows, list) else rows["metrics"]:
        totals[row["name"]] = totals.get(row["name"], 0.0) + row["sum"]
    return {name: totals.get(metric, 0.0) for name, metric in COUNTERS.items()}
