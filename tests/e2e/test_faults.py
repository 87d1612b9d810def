"""With faults, nothing is lost, no viewer is blocked, and no screen shows a version twice."""

import base64
import json
from typing import Any

import pytest

from domain.cohort import Cohort, ViewerTraits
from domain.metrics import Metric
from domain.moment import Moment
from local.play.replay.viewer_spec import ViewerSpec
from local.play.replay.viewers_process import ViewersProcess
from local.twin.services.personalize.errors import ThrottlingError
from tests.e2e.alarms import Alarm
from tests.e2e.rig import LONE_MINUTES, Rig, eventually, goals
from tests.support.builders import a_match, a_moment

VIEWERS = 40
GONE = 2
POISON = "not a record"
QUEUES = {
    "schedule_kick_off": {"MessageGroupId": "poison", "MessageDeduplicationId": "poison"},
    "prepare_screens": {},
    "dispatch_components": {},
}
SOURCES = {"analytics", "interactions", "moments", "announcements", "preparation", "dispatch"}
pytestmark = pytest.mark.twin


def viewers_of(rig: Rig, match_id: str) -> ViewersProcess:
    """Return forty viewers of a match."""
    specs = [
        ViewerSpec(
            traits=ViewerTraits(viewer_id=f"{match_id}-{number}", cohort=Cohort(country="IT")),
            match_id=match_id,
        )
        for number in range(VIEWERS)
    ]
    outputs = rig.outputs
    return ViewersProcess(
        delivery=outputs.delivery,
        specs=specs,
        issuer=outputs.token_issuer,
        audience=outputs.token_audience,
    )


def publish(rig: Rig, moment: Moment | str) -> None:
    """Publish a Moment, or an invalid message, on the topic."""
    message = moment if isinstance(moment, str) else json.dumps(moment.to_dict())
    rig.twin.client("sns").publish(TopicArn=rig.outputs.moments_topic_arn, Message=message)


async def test_gone_viewers_killed_handlers_and_repeated_moments_lose_and_repeat_nothing(rig: Rig) -> None:
    # GIVEN gone connections, and Moments that arrive three times and out of order
    match_id = "faults"
    moments = [a_moment(number, match_id=match_id) for number in (1, 2, 3)]
    gone_before = rig.twin.metric_total(Metric.GONE)
    async with rig.feed() as feed, viewers_of(rig, match_id) as viewers:
        await feed.announce(a_match(match_id))
        await viewers.wait_until_connected(patience_seconds=60)
        _add_gone_connections(rig, match_id)
        publish(rig, moments[0])
        assert await viewers.wait_until_shown(match_id, version=1, timeout_seconds=60) == VIEWERS
        await eventually(
            lambda: rig.twin.metric_total(Metric.GONE) - gone_before >= GONE, "gone connections to be counted"
        )
        # WHEN the handlers are killed during their work
        for moment in (moments[2], moments[1], moments[0], moments[2], moments[1], moments[2]):
            publish(rig, moment)
            rig.twin.kill("dispatch_components")
            rig.twin.kill("build_context")
        # THEN every connected viewer shows the newest context
        newest = await eventually(
            lambda: _version(rig, match_id, moments[2].id), "the context to hold the last goal"
        )
        assert await viewers.wait_until_shown(match_id, version=newest, timeout_seconds=120) == VIEWERS
    summary = viewers.log.deliveries_summary()
    assert summary["by_rung"]["keep"] == 0
    assert summary["errors"] == {}
    shown = [(entry.viewer, entry.version) for entry in viewers.log.deliveries if entry.reception == "shown"]
    assert len(shown) == len(set(shown))


async def test_every_viewer_is_served_once_within_seconds_when_api_gateway_throttles(rig: Rig) -> None:
    # GIVEN an account with five requests a second, and as many at once
    match_id = "throttled"
    throttled_before = rig.twin.metric_total(Metric.POSTS_THROTTLED)
    async with rig.feed() as feed, viewers_of(rig, match_id) as viewers:
        await feed.announce(a_match(match_id))
        await viewers.wait_until_connected(patience_seconds=60)
        rig.twin.change_quotas(requests="5:5")
        # WHEN forty viewers are to be served
        try:
            publish(rig, a_moment(match_id=match_id))
            shown = await viewers.wait_until_shown(match_id, version=1, timeout_seconds=60)
        finally:
            rig.twin.change_quotas(requests="10000:5000")
    # THEN all have the version, none twice
    assert shown == VIEWERS
    versions = [(entry.viewer, entry.version) for entry in viewers.log.deliveries if entry.version == 1]
    assert len(versions) == len(set(versions)) == VIEWERS
    # (a function writes its metrics when it ends, which is after its last viewer has the version)
    await eventually(
        lambda: rig.twin.metric_total(Metric.POSTS_THROTTLED) > throttled_before, "the throttled posts"
    )


async def test_a_poison_record_in_each_stream_is_a_dead_letter_with_its_reason(rig: Rig) -> None:
    # GIVEN a poison record before a goal, in every stream, topic and queue
    match_id = "poisoned-streams"
    twin = rig.twin
    rig.dead_letters()
    alarm = Alarm(twin, "DeadLettersNotEmpty")
    async with rig.feed() as feed, viewers_of(rig, match_id) as viewers:
        await feed.announce(a_match(match_id))
        await viewers.wait_until_connected(patience_seconds=60)
        kinesis = twin.client("kinesis")
        for output in ("SignalsStreamName", "InteractionsStreamName"):
            kinesis.put_record(StreamName=twin.output(output), Data=POISON.encode(), PartitionKey=match_id)
        publish(rig, POISON)
        for module, options in QUEUES.items():
            twin.client("sqs").send_message(QueueUrl=rig.queue_url(module), MessageBody=POISON, **options)
        # WHEN the goal is posted
        await feed.post(match_id, goals(match_id, LONE_MINUTES[:1]))
        # THEN it reaches every viewer, and each poison record is a dead letter
        assert await viewers.wait_until_shown(match_id, version=1, timeout_seconds=60) >= VIEWERS
        await eventually(alarm.is_raised, "DeadLettersNotEmpty to be raised")
        letters: list[dict[str, Any]] = []

        def all_are_dead_letters() -> bool:
            letters.extend(rig.dead_letters())
            return {letter["source"] for letter in letters if _is_poison(letter)} >= SOURCES

        await eventually(all_are_dead_letters, "a dead letter of each stream")
    # (a letter of another test may come late)
    ours = [letter for letter in letters if _is_poison(letter) or match_id in _text(letter)]
    assert all(letter["reason"] and _is_poison(letter) for letter in ours)


async def test_without_a_campaign_or_with_a_throttling_one_viewers_get_the_next_rung(rig: Rig) -> None:
    # GIVEN a system that was never trained, so that there is no campaign
    match_id = "no-campaign"
    alarm = Alarm(rig.twin, "RecommenderDegraded")
    async with rig.feed() as feed, viewers_of(rig, match_id) as viewers:
        await feed.announce(a_match(match_id))
        await viewers.wait_until_connected(patience_seconds=60)
        await feed.post(match_id, goals(match_id, LONE_MINUTES[:1]))
        assert await viewers.wait_until_shown(match_id, version=1, timeout_seconds=60) >= VIEWERS
        await eventually(lambda: rig.twin.metric_total(Metric.CAMPAIGN_MISSING) > 0, "the missing campaign")
        await eventually(lambda: rig.twin.metric_total(Metric.RUNG_EDITORIAL) >= VIEWERS, "the rungs")
        await eventually(alarm.is_raised, "RecommenderDegraded to be raised")
        # WHEN the campaign throttles
        alarm = Alarm(rig.twin, "RecommenderDegraded")
        for environment in ("dispatch_components", "subscribe"):
            rig.twin.kill(environment)  # a new environment does not remember that the campaign was missing
        throttled_before = rig.twin.metric_total(Metric.THROTTLED)
        rig.twin.personalize.faults.refuse("GetRecommendations", ThrottlingError("Rate exceeded"), times=50)
        try:
            await feed.post(match_id, goals(match_id, LONE_MINUTES[1:2]))
            # THEN viewers get the next rung, and the metric counts it
            assert await viewers.wait_until_shown(match_id, version=2, timeout_seconds=60) >= VIEWERS
            await eventually(
                lambda: rig.twin.metric_total(Metric.THROTTLED) > throttled_before, "the throttled call"
            )
            await eventually(alarm.is_raised, "RecommenderDegraded to be raised")
        finally:
            rig.twin.personalize.faults.clear()


def _add_gone_connections(rig: Rig, match_id: str) -> None:
    """Add subscriptions of connections that ended without `$disconnect`, which is not guaranteed."""
    client, table = rig.twin.client("dynamodb"), rig.twin.output("ConnectionsTableName")
    rows = client.scan(TableName=table)["Items"]
    subscription = next(row for row in rows if row["pk"]["S"].startswith(f"MATCH#{match_id}#"))
    for number in range(GONE):
        client.put_item(TableName=table, Item={**subscription, "sk": {"S": f"L0SM9cOFvHcCIh{number}="}})


def _version(rig: Rig, match_id: str, cause_id: str) -> int:
    """Return the version of the match's context that this Moment caused, or 0."""
    table = rig.twin.output("MatchesTableName")
    rows = rig.twin.client("dynamodb").scan(TableName=table)["Items"]
    for row in rows:
        if row.get("item", {}).get("S") == "CONTEXT" and match_id in json.dumps(row):
            context = json.loads(row["context"]["S"])
            if context["cause_id"] == cause_id:
                return int(context["version"])
    return 0


def _is_poison(letter: dict[str, Any]) -> bool:
    payload = letter.get("payload", "")
    return POISON in payload or payload == base64.b64encode(POISON.encode()).decode()


def _text(letter: dict[str, Any]) -> str:
    """Return a dead letter as text, with its payload if that is in base64."""
    try:
        decoded = base64.b64decode(letter.get("payload", ""), validate=True).decode(errors="replace")
    except ValueError:
        decoded = ""
    return json.dumps(letter) + decoded
