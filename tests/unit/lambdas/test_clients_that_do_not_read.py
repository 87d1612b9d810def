"""Clients that do not read are refused as if the account were throttled: they delay and alarm nobody."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from domain.dispatch_task import DispatchTask
from domain.metrics import Metric
from domain.subscription import Subscription
from lambdas.handlers.partial_batch import pause_seconds
from lambdas.logic.dispatch import Remaining
from lambdas.logic.errors import DispatchIncompleteError
from lambdas.logic.paced_poster import UnlimitedBudget
from lambdas.logic.shard_delivery import ShardDelivery
from local.twin.services.token_bucket import Rate
from tests.support import builders, fakes
from tests.support.dispatch_rig import DispatchRig

VIEWERS = 2_000
INVOCATION = timedelta(seconds=52)
ACCOUNT = Rate(per_second=10_000, burst=5_000)
WATCHED = (Metric.POSTS_OWED, Metric.FAILED, Metric.POSTS_THROTTLED, Metric.DISPATCHES_EXPIRED)
"""What alarms watch."""


@pytest.fixture
def gateway(rig: DispatchRig) -> fakes.ThrottlingPoster:
    """The gateway to which the rig posts; it grants more than the viewers of these tests need."""
    poster = fakes.ThrottlingPoster(rig.clock, ACCOUNT)
    paced = replace(rig.dispatcher.poster, poster=poster, budget=UnlimitedBudget())
    rig.dispatcher = replace(rig.dispatcher, poster=paced)
    return poster


def rings(rig: DispatchRig) -> list[Metric]:
    """Return what was counted of that which raises an alarm."""
    return [metric for metric in WATCHED if rig.telemetry.counts.get(metric)]


def deliver_until_done(
    rig: DispatchRig, deliver: Callable[[datetime, datetime | None], None]
) -> list[DispatchIncompleteError]:
    """Deliver a task as the queue does, with the handler's pauses; return how each delivery ended."""
    errors: list[DispatchIncompleteError] = []
    sent_at = rig.clock()
    while True:
        try:
            deliver(rig.clock() + INVOCATION, sent_at if errors else None)
        except DispatchIncompleteError as error:
            errors.append(error)
            again = {"attributes": {"ApproximateReceiveCount": str(len(errors))}}
            rig.clock.sleep(1 if error.waits_for_rate else pause_seconds(again))
        else:
            return errors


def to_shard(rig: DispatchRig, task: DispatchTask) -> Callable[[datetime, datetime | None], None]:
    return lambda deadline, sent_at: rig.dispatcher.dispatch(task, deadline, first_sent_at=sent_at)


@pytest.mark.parametrize(
    ("unread", "within_seconds"),
    # (several at once reduce the rate before it is known why they are refused)
    [({"c00010"}, 1), ({"c00010", "c01800"}, 1), ({"c00010", "c00020", "c00030"}, 4)],
)
def test_everyone_else_is_served_at_once(
    rig: DispatchRig, gateway: fakes.ThrottlingPoster, unread: set[str], within_seconds: int
) -> None:
    rig.follow(*range(VIEWERS))
    gateway.unread = unread
    started_at = rig.clock()
    with pytest.raises(DispatchIncompleteError, match=f"{len(unread)} remain") as raised:
        rig.dispatcher.dispatch(DispatchTask(context=rig.context(), shard=0), rig.clock() + INVOCATION)
    assert len(gateway.received) == VIEWERS - len(unread)
    assert (rig.clock() - started_at).total_seconds() < within_seconds
    assert (raised.value.unread, raised.value.waits_for_rate) == (len(unread), False)
    assert rig.telemetry.counts[Metric.POSTS_UNREAD] == len(unread)
    assert rings(rig) == []


def test_one_that_never_reads_is_tried_until_the_version_ends(
    rig: DispatchRig, gateway: fakes.ThrottlingPoster
) -> None:
    # GIVEN a client that does not read
    rig.follow(*range(VIEWERS))
    gateway.unread = {"c00010"}
    task, began = DispatchTask(context=rig.context(), shard=0), rig.clock()
    # WHEN its task is delivered until it is done
    errors = deliver_until_done(rig, to_shard(rig, task))
    # THEN it ends with the version, after few deliveries and requests
    assert timedelta() <= rig.clock() - task.expires_at(began) < timedelta(seconds=30)
    assert len(errors) < 15
    assert gateway.requests < VIEWERS + 40
    # AND no alarm is raised
    assert rings(rig) == []
    assert rig.telemetry.counts[Metric.POSTS_UNREAD] == len(errors)
    # AND nothing is left in the ledger
    (checkpoint,) = rig.ledger.checkpoints.values()
    assert (checkpoint.owed, checkpoint.unread) == ((), ())


def test_one_that_reads_again_gets_the_version(rig: DispatchRig, gateway: fakes.ThrottlingPoster) -> None:
    rig.follow(*range(VIEWERS))
    gateway.unread = {"c00010"}
    task, reads_from = DispatchTask(context=rig.context(), shard=0), rig.clock() + timedelta(seconds=45)

    def deliver(deadline: datetime, sent_at: datetime | None) -> None:
        if rig.clock() >= reads_from:
            gateway.unread = set()
        rig.dispatcher.dispatch(task, deadline, first_sent_at=sent_at)

    deliver_until_done(rig, deliver)
    assert len(gateway.received) == gateway.received.total() == VIEWERS
    assert rig.clock() < reads_from + timedelta(seconds=31)


@pytest.mark.parametrize("deliveries", [1, 2, 5])
@pytest.mark.parametrize("reads_again", [False, True])
def test_the_next_version_is_as_fast_as_without_it(
    rig: DispatchRig, gateway: fakes.ThrottlingPoster, deliveries: int, reads_again: bool
) -> None:
    # GIVEN a task that was delivered again for a client that does not read, by the same environment
    rig.follow(*range(VIEWERS))
    gateway.unread = {"c00010"}
    task, sent_at = DispatchTask(context=rig.context(), shard=0), rig.clock()
    for number in range(deliveries):
        with pytest.raises(DispatchIncompleteError):
            rig.dispatcher.dispatch(task, rig.clock() + INVOCATION, first_sent_at=sent_at if number else None)
        rig.clock.sleep(2)
    # WHEN the next version follows
    if reads_again:
        gateway.unread = set()
    newer = rig.context(builders.a_moment(1), builders.a_moment(2))
    rig.matches.contexts[newer.match_id] = newer
    began, before = rig.clock(), gateway.received.total()
    remaining = rig.dispatcher.attempt(DispatchTask(context=newer, shard=0), rig.clock() + INVOCATION)
    assert remaining == Remaining(unread=0 if reads_again else 1)
    # THEN everyone else has it at once
    assert gateway.received.total() - before == VIEWERS - 1 + reads_again
    assert (rig.clock() - began).total_seconds() < 1


class TwoShards(fakes.InMemoryConnectionStore):
    """Has one connection in shard 0 and the others in shard 1."""

    def subscriber_page(
        self, match_id: str, shard: int, after: str | None, limit: int, now: datetime
    ) -> tuple[list[Subscription], str | None]:
        page, following = super().subscriber_page(match_id, shard, after, limit, now)
        return [entry for entry in page if (entry.connection_id == "c00000") == (shard == 0)], following


def test_one_that_is_alone_in_its_shard_does_not_hold_the_shards_that_follow(
    rig: DispatchRig, gateway: fakes.ThrottlingPoster
) -> None:
    # GIVEN a task of two shards; the client in the first one does not read
    rig.connections = TwoShards()
    rig.follow(*range(20))
    dispatcher = replace(rig.dispatcher, connections=rig.connections)
    gateway.unread = {"c00000"}
    task = DispatchTask(context=rig.context(), shard=0, further_shards=(1,))
    began = rig.clock()
    # WHEN it is delivered
    with pytest.raises(DispatchIncompleteError) as raised:
        ShardDelivery(dispatcher=dispatcher).deliver(task, rig.clock() + INVOCATION)
    # THEN the others have it at once, and it is known why one has not
    assert len(gateway.received) == 19
    assert (rig.clock() - began).total_seconds() < 3
    assert raised.value.unread == raised.value.remaining == 1
    # (its first refusals may as well have been the rate's)
    assert set(rings(rig)) <= {Metric.POSTS_THROTTLED}
    assert rig.telemetry.counts[Metric.POSTS_THROTTLED] < 5


def test_shards_take_turns_while_nobody_is_served(rig: DispatchRig, gateway: fakes.ThrottlingPoster) -> None:
    # GIVEN a task of two shards, and a gateway that accepts nothing for a minute
    rig.connections = TwoShards()
    rig.follow(*range(20))
    dispatcher = replace(rig.dispatcher, connections=rig.connections)
    began = rig.clock()
    gateway.accepts_from = began + timedelta(seconds=60)
    task = DispatchTask(context=rig.context(), shard=0, further_shards=(1,))
    delivery = ShardDelivery(dispatcher=dispatcher)
    # WHEN it is delivered THEN it waits until its deadline, and its next delivery serves everyone
    errors = deliver_until_done(
        rig, lambda deadline, sent_at: delivery.deliver(task, deadline, first_sent_at=sent_at)
    )
    assert [error.waits_for_rate for error in errors] == [True]
    assert len(gateway.received) == gateway.received.total() == 20
    assert timedelta(seconds=60) <= rig.clock() - began < timedelta(seconds=65)
    assert gateway.requests < 300


def test_a_newer_version_ends_shards_that_take_turns(
    rig: DispatchRig, gateway: fakes.ThrottlingPoster
) -> None:
    rig.connections = TwoShards()
    rig.follow(*range(20))
    dispatcher = replace(rig.dispatcher, connections=rig.connections)
    gateway.accepts_from = rig.clock() + timedelta(hours=1)
    first, began = rig.context(), rig.clock()
    newer = rig.context(builders.a_moment(1), builders.a_moment(2))
    rig.matches.contexts[newer.match_id] = newer
    task = DispatchTask(context=first, shard=0, further_shards=(1,))
    ShardDelivery(dispatcher=dispatcher).deliver(task, rig.clock() + INVOCATION)
    assert (rig.clock() - began).total_seconds() < 10
    assert rig.telemetry.counts[Metric.DISPATCHES_SUPERSEDED] == 2
