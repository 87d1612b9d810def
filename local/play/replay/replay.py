"""A whole match through the whole system, as a provider and as viewers, from the outside alone."""

import json
import urllib.request
from typing import Any, Protocol

import aiohttp

from local.play.replay.crowd_process import CrowdProcess
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.deployment import Deployment
from local.play.replay.errors import ReplayError
from local.play.replay.feed_client import FeedClient
from local.play.replay.identities import TokenMinter
from local.play.replay.moment_log import MomentLog
from local.play.replay.plan import Audience, ReplayPlan
from local.play.replay.report import build_report
from local.play.replay.stage import Stage
from local.play.replay.watcher import Message, Watcher

PATIENCE_SECONDS = 60.0
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
        stage = Stage(plan=plan, feed=feed, crowd=crowd, watcher=watchers[0], log=log, audience=audience)
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
