"""Dispatch when API Gateway throttles: everyone is served once, in the time that the rate itself takes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.dispatch_task import LONGEST_PICTURE_DELAY, DispatchTask
from domain.metrics import Metric
from lambdas.logic.dispatch import MAX_OWED, PAGE_SIZE
from lambdas.logic.errors import DispatchIncompleteError
from lambdas.logic.paced_poster import UnlimitedBudget
from lambdas.logic.ports.connections import PostBudget
from local.twin.services.token_bucket import Rate
from tests.support import builders, fakes
from tests.support.dispatch_rig import DispatchRig

VIEWERS = 2_000
SHARE_OF_64_SHARDS = Rate(per_second=10_000 / 64, burst=5_000 / 64)
SMALL_QUOTA = Rate(per_second=200, burst=100)
INVOCATION = timedelta(seconds=52)


def throttle(rig: DispatchRig, rate: Rate, budget: PostBudget | None = None) -> fakes.ThrottlingPoster:
    """Let the rig post to a gateway that grants this rate."""
    poster = fakes.ThrottlingPoster(rig.clock, rate)
    paced = replace(rig.dispatcher.poster, poster=poster, budget=budget or UnlimitedBudget())
    rig.dispatcher = replace(rig.dispatcher, poster=paced)
    return poster


def dispatch_until_done(rig: DispatchRig, task: DispatchTask) -> int:
    """Deliver a task again, a second after each invocation, until it is done; return the deliveries."""
    sent_at = rig.clock()
    for delivery in range(1, 21):
        try:
            rig.dispatcher.dispatch(
                task, rig.clock() + INVOCATION, first_sent_at=sent_at if delivery > 1 else None
            )
        except DispatchIncompleteError:
            rig.clock.sleep(1)
        else:
            return delivery
    raise AssertionError("expected the dispatch to end")


@pytest.mark.parametrize("rate", [SHARE_OF_64_SHARDS, SMALL_QUOTA], ids=["share", "small"])
@pytest.mark.parametrize("is_configured", [True, False])
def test_everyone_is_served_once_in_the_time_of_the_rate(
    rig: DispatchRig, rate: Rate, is_configured: bool
) -> None:
    # GIVEN a gateway with a low rate, which the stage's configuration knows or does not know
    rig.follow(*range(VIEWERS))
    budget = fakes.WindowBudget(int(0.9 * rate.per_second)) if is_configured else None
    gateway = throttle(rig, rate, budget)
    # WHEN a version is dispatched
    started_at = rig.clock()
    deliveries = dispatch_until_done(rig, DispatchTask(context=rig.context(), shard=0))
    # THEN all have it, none twice, in one invocation, as fast as the rate allows, without many refusals
    assert len(gateway.received) == gateway.received.total() == VIEWERS
    assert deliveries == 1
    assert (rig.clock() - started_at).total_seconds() <= 1.2 * VIEWERS / rate.per_second
    assert gateway.requests <= 1.1 * VIEWERS
    refused = gateway.requests - VIEWERS
    assert rig.telemetry.counts.get(Metric.POSTS_THROTTLED, 0) == refused
    assert not is_configured or refused == 0


def test_a_dispatch_that_takes_longer_than_an_invocation_continues_where_it_ended(rig: DispatchRig) -> None:
    rig.follow(*range(VIEWERS))
    gateway = throttle(rig, Rate(per_second=20, burst=10), fakes.WindowBudget(20))
    deliveries = dispatch_until_done(rig, DispatchTask(context=rig.context(), shard=0))
    assert len(gateway.received) == gateway.received.total() == VIEWERS
    assert deliveries == 2
    assert rig.telemetry.counts[Metric.POSTS_OWED] > 0
    assert rig.telemetry.counts[Metric.FAILED] == 0


def test_a_minute_without_any_post_costs_few_requests_and_loses_nothing(rig: DispatchRig) -> None:
    # GIVEN a gateway that accepts nothing for a minute
    rig.follow(*range(500))
    gateway = throttle(rig, Rate(per_second=200, burst=0))
    task = DispatchTask(context=rig.context(), shard=0)
    with pytest.raises(DispatchIncompleteError):
        rig.dispatcher.dispatch(task, rig.clock() + INVOCATION)
    refused = gateway.requests
    # WHEN it accepts posts again
    recovered = throttle(rig, SMALL_QUOTA)
    dispatch_until_done(rig, task)
    # THEN everyone is served
    assert refused < 300
    assert len(recovered.received) == recovered.received.total() == 500


@pytest.mark.parametrize("outage_seconds", [60, 90])
@pytest.mark.parametrize("viewers", [1, 5, 30])
def test_an_outage_of_a_minute_or_more_loses_nothing_in_a_small_shard(
    rig: DispatchRig, viewers: int, outage_seconds: int
) -> None:
    # GIVEN a gateway that accepts nothing for a while
    rig.follow(*range(viewers))
    gateway = throttle(rig, Rate(per_second=10_000, burst=5_000))
    began = rig.clock()
    gateway.accepts_from = began + timedelta(seconds=outage_seconds)
    # WHEN a version is dispatched
    deliveries = dispatch_until_done(rig, DispatchTask(context=rig.context(), shard=0))
    # THEN its deliveries wait until their deadlines, with few requests, and everyone is served soon after
    assert len(gateway.received) == gateway.received.total() == viewers
    assert deliveries == 2
    assert (rig.clock() - began).total_seconds() < outage_seconds + 5
    assert gateway.requests < 5 * outage_seconds
    assert rig.telemetry.counts[Metric.POSTS_UNREAD] == 0


def test_a_newer_version_ends_a_dispatch_that_waits_for_the_rate(rig: DispatchRig) -> None:
    # GIVEN a dispatch that takes ten seconds at the rate
    rig.follow(*range(VIEWERS))
    gateway = throttle(rig, SMALL_QUOTA, fakes.WindowBudget(180))
    first = rig.context()
    # WHEN a newer version exists
    newer = rig.context(builders.a_moment(1), builders.a_moment(2))
    rig.matches.contexts[newer.match_id] = newer
    deliveries = dispatch_until_done(rig, DispatchTask(context=first, shard=0))
    # THEN the rest of the rate is the newer version's, and the older one never continues
    served = gateway.received.total()
    assert served < 2 * 180
    assert rig.telemetry.counts[Metric.DISPATCHES_SUPERSEDED] == deliveries == 1
    dispatch_until_done(rig, DispatchTask(context=first, shard=0))
    assert gateway.received.total() == served


def test_a_version_that_no_screen_shows_any_more_is_not_sent_again(rig: DispatchRig) -> None:
    rig.follow(1, 2)
    rig.poster.failing = {"c00002"}
    task = DispatchTask(context=rig.context(), shard=0)
    sent_at = rig.clock()
    with pytest.raises(DispatchIncompleteError):
        rig.dispatcher.dispatch(task, rig.clock() + INVOCATION)
    # WHEN the connection can be reached after the moment's time on the screens
    rig.poster.failing = set()
    rig.clock.now = task.expires_at(sent_at)
    rig.dispatcher.dispatch(task, rig.clock() + INVOCATION, first_sent_at=sent_at)
    # THEN nothing is sent, and the loss is counted
    assert rig.inbox(2) == []
    assert rig.telemetry.counts[Metric.DISPATCHES_EXPIRED] == 1
    assert task.expires_at(sent_at) - sent_at > LONGEST_PICTURE_DELAY


def test_an_unreachable_gateway_leaves_a_checkpoint_that_fits_in_a_row(rig: DispatchRig) -> None:
    # GIVEN many subscribers, none of whom can be reached
    count = MAX_OWED + 10 * PAGE_SIZE
    rig.follow(*range(count))
    rig.poster.failing = {f"c{number:05d}" for number in range(count)}
    task = DispatchTask(context=rig.context(), shard=0)
    with pytest.raises(DispatchIncompleteError):
        rig.dispatcher.dispatch(task, rig.clock() + INVOCATION)
    (checkpoint,) = rig.ledger.checkpoints.values()
    assert len(checkpoint.owed) <= MAX_OWED + PAGE_SIZE
    # WHEN they can be reached again
    rig.poster.failing = set()
    dispatch_until_done(rig, task)
    # THEN each has the version once
    assert {len(rig.inbox(number)) for number in range(count)} == {1}
