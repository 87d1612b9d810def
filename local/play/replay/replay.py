"""Replay a whole match through the whole system: post it as a provider, and watch it as viewers."""

import contextlib
import json
import urllib.request
from collections.abc import Mapping
from typing import Any, Protocol

import aiohttp

from domain.metrics import Metric
from local.play.replay.channels.channel_transport import ChannelDelivery
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.errors import ReplayError
from local.play.replay.feed_client import FeedClient
from local.play.replay.match_run import MatchRun
from local.play.replay.moment_log import MomentLog
from local.play.replay.observer import ReplayObserver
from local.play.replay.persona import Message
from local.play.replay.persona_app import PersonaApp
from local.play.replay.plan import ReplayPlan
from local.play.replay.report import build_report
from local.play.replay.stack_outputs import StackOutputs
from local.play.replay.token_minter import TokenMinter
from local.play.replay.viewers_process import ViewersProcess

PATIENCE_SECONDS = 60.0
LAST_VERSION_SECONDS = 2.0
"""How much later than the first persona another one may get the last version."""
COUNTERS = {
    "sent": Metric.SENT,
    "gone": Metric.GONE,
    "failed": Metric.FAILED,
    "calls": Metric.RECOMMENDER_CALLS,
    "cache_hits": Metric.CACHE_HITS,
    "throttled": Metric.THROTTLED,
}
"""The report's counts, and the metric that each is the total of."""
COUNTERS_OF_CHANNELS = COUNTERS | {"sent": "OutboundMessages", "failed": "OutboundMessagesDropped"}
"""The same where AppSync hands messages to subscribers, by its own metrics: the functions only publish."""


class RunningTwin(Protocol):
    """What a replay uses of a twin."""

    edge_url: str

    @property
    def outputs(self) -> dict[str, dict[str, str]]:
        """Every stack's outputs by name."""

    def client(self, service: str) -> Any:
        """Return a boto3 client of the twin."""


async def replay(
    twin: RunningTwin,
    plan: ReplayPlan,
    observer: ReplayObserver | None = None,
    deliveries: DeliveryLog | None = None,
) -> dict[str, Any]:
    """Play the match and return the report of it; raises ReplayError. Adds what arrived to `deliveries`."""
    outputs = StackOutputs.read(twin.outputs)
    minter = TokenMinter(issuer=outputs.token_issuer, audience=outputs.token_audience)
    log = MomentLog(sns=twin.client("sns"), sqs=twin.client("sqs"), topic_arn=outputs.moments_topic_arn)
    counters = COUNTERS_OF_CHANNELS if isinstance(outputs.delivery, ChannelDelivery) else COUNTERS
    counts_before = _counts(twin.edge_url, counters)
    persona_log = DeliveryLog()
    persona_log.viewers = len(plan.personas)
    viewers = ViewersProcess(
        delivery=outputs.delivery,
        specs=plan.specs,
        issuer=outputs.token_issuer,
        audience=outputs.token_audience,
        click_model=plan.click_model,
    )
    async with (
        contextlib.AsyncExitStack() as ending,
        FeedClient(url=outputs.feed_url, provider=plan.provider, key=_feed_key(twin, outputs)) as feed,
        aiohttp.ClientSession() as http,
        viewers,
    ):
        ending.callback(log.close)
        await feed.announce(plan.match)
        await _connect(viewers)
        apps = [
            PersonaApp(
                http=http,
                delivery=outputs.delivery,
                token=minter.id_token(persona.traits),
                persona=persona,
                log=persona_log,
                number=len(plan.specs) + number,
                on_shown=observer.message_shown if observer else None,
                shown=plan.shown,
            )
            for number, persona in enumerate(plan.personas)
        ]
        for app in apps:
            await app.subscribe(plan.match.id)
        run = MatchRun(plan=plan, feed=feed, viewers=viewers, app=apps[0], log=log, observer=observer)
        await (run.play_fast() if plan.pace is None else run.play_timed(plan.pace))
        await run.settle()
        for app in apps:
            await app.wait_for_version_after(apps[0].version - 1, timeout_seconds=LAST_VERSION_SECONDS)
        for app in apps:
            await app.close()
    counts = _counts(twin.edge_url, counters)
    viewers.log.merge(persona_log)
    if deliveries is not None:
        deliveries.merge(viewers.log)
    return build_report(
        match=plan.match,
        engine=plan.engine,
        moments=log.final_moments(plan.match.id),
        contexts=[_context_row(message) for _, message in sorted(apps[0].messages.items())],
        log=viewers.log,
        counts={name: counts[name] - counts_before[name] for name in counters},
    )


def _feed_key(twin: RunningTwin, outputs: StackOutputs) -> str:
    secret = twin.client("secretsmanager").get_secret_value(SecretId=outputs.feed_keys_secret_arn)
    return str(json.loads(secret["SecretString"])["default"])


async def _connect(viewers: ViewersProcess) -> None:
    try:
        await viewers.wait_until_connected(patience_seconds=PATIENCE_SECONDS)
    except TimeoutError as error:
        raise ReplayError(f"viewers: {error}") from error


def _context_row(message: Message) -> dict[str, Any]:
    moment = message.get("moment") or {}
    return {
        "version": message["version"],
        "moment_id": moment.get("id"),
        "columns": message["columns"],
    }


def _counts(edge_url: str, counters: Mapping[str, str]) -> dict[str, float]:
    totals = metric_totals(edge_url)
    return {name: totals.get(metric, 0.0) for name, metric in counters.items()}


def metric_totals(edge_url: str) -> dict[str, float]:
    """Return the sum of each metric of a running twin over all of its dimensions."""
    with urllib.request.urlopen(f"{edge_url}/_touchline/metrics", timeout=60) as response:
        rows = json.load(response)
    totals: dict[str, float] = {}
    for row in rows if isinstance(rows, list) else rows["metrics"]:
        totals[row["name"]] = totals.get(row["name"], 0.0) + row["sum"]
    return totals
