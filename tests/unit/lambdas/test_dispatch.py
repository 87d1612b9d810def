"""Dispatch: every subscriber of a match gets each version once, despite failures of others."""

import pytest

from domain.dispatch_task import DispatchTask
from domain.metrics import Metric
from lambdas.logic.dispatch import PAGE_SIZE
from lambdas.logic.errors import DispatchClaimedError, DispatchIncompleteError
from tests.support import builders, fakes
from tests.support.dispatch_rig import DispatchRig


def test_every_subscriber_of_the_match_gets_the_version_once(rig: DispatchRig) -> None:
    # GIVEN more subscribers than one page holds, and one of another match
    count = 2 * PAGE_SIZE + 7
    rig.follow(*range(count))
    rig.follow(90_000, match_id="other-match")
    # WHEN a version is dispatched
    rig.dispatch()
    # THEN each of them has it, once
    assert [len(rig.inbox(number)) for number in range(count)] == [1] * count
    assert rig.inbox(90_000) == []
    assert rig.telemetry.counts["Sent"] == count


def test_the_campaign_is_called_once_per_cohort_and_context(rig: DispatchRig) -> None:
    rig.follow(*range(1_000), teams=3)
    rig.dispatch()
    assert len(rig.asked_about_moments()) == 3
    assert rig.telemetry.counts["RecommenderCalls"] == 3


def test_a_second_shard_reuses_the_recommendations_of_the_first(rig: DispatchRig) -> None:
    rig.follow(1, 2)
    rig.dispatch()
    # GIVEN another execution environment: an empty memory and a filled shared cache
    rig.ladder.memory.clear()
    rig.ledger.checkpoints.clear()
    rig.dispatch()
    assert len(rig.asked_about_moments()) == 2
    assert rig.telemetry.counts["CacheHits"] == 2


def test_only_a_closed_connection_is_removed(rig: DispatchRig) -> None:
    rig.follow(1, 2, 3)
    rig.poster.gone = {"c00002"}
    rig.dispatch()
    assert sorted(connection for _, connection in rig.connections.subscriptions) == ["c00001", "c00003"]
    assert len(rig.inbox(1)) == len(rig.inbox(3)) == 1
    assert rig.telemetry.counts["Gone"] == 1


def test_a_retry_posts_only_to_failed_connections(rig: DispatchRig) -> None:
    # GIVEN one unreachable connection
    rig.follow(1, 2, 3)
    rig.poster.failing = {"c00002"}
    with pytest.raises(DispatchIncompleteError, match="1 remain"):
        rig.dispatch()
    # WHEN the task is delivered again and the connection is reachable
    rig.poster.failing = set()
    rig.dispatch()
    # THEN everyone has it once
    assert [len(rig.inbox(number)) for number in (1, 2, 3)] == [1, 1, 1]


def test_a_repeated_task_sends_nothing(rig: DispatchRig) -> None:
    rig.follow(1, 2, 3)
    rig.dispatch()
    rig.dispatch()
    assert [len(rig.inbox(number)) for number in (1, 2, 3)] == [1, 1, 1]


def test_a_task_that_is_delivered_twice_at_once_posts_once(rig: DispatchRig) -> None:
    # GIVEN a dispatch during which the same task is delivered again
    rig.follow(1, 2, 3)
    refused: list[type[Exception]] = []

    def deliver_again(_connection_id: str) -> None:
        try:
            rig.dispatch()
        except DispatchIncompleteError as error:
            refused.append(type(error))

    rig.poster.on_post = deliver_again
    rig.dispatch()
    # THEN the second waits, and finds nothing to do later
    assert set(refused) == {DispatchClaimedError}
    rig.poster.on_post = None
    rig.dispatch()
    assert [len(rig.inbox(number)) for number in (1, 2, 3)] == [1, 1, 1]


def test_a_killed_task_repeats_at_most_the_current_page(rig: DispatchRig) -> None:
    # GIVEN two pages of subscribers and a function that is killed in the second
    rig.follow(*range(PAGE_SIZE + 50))
    rig.poster.dies_after = PAGE_SIZE + 10
    with pytest.raises(fakes.Killed):
        rig.dispatch()
    # WHEN the task is delivered again
    rig.dispatch()
    # THEN the first page got it once, and every subscriber got it
    copies = [len(rig.inbox(number)) for number in range(PAGE_SIZE + 50)]
    assert copies[:PAGE_SIZE] == [1] * PAGE_SIZE
    assert min(copies[PAGE_SIZE:]) == 1
    assert sum(copies) - len(copies) == 10


def test_a_subscriber_with_the_snapshot_is_not_sent_the_same_version(rig: DispatchRig) -> None:
    rig.follow(1)
    rig.follow(2, last_version=1)
    rig.dispatch()
    assert len(rig.inbox(1)) == 1
    assert rig.inbox(2) == []


def test_an_expired_subscription_gets_nothing(rig: DispatchRig) -> None:
    rig.follow(1)
    rig.clock.sleep(3 * 3600)
    rig.dispatch()
    assert rig.inbox(1) == []


def test_an_older_version_is_sent_although_a_newer_one_exists(rig: DispatchRig) -> None:
    rig.follow(1)
    first = rig.context()
    second = rig.context(builders.a_moment(1), builders.a_moment(2))
    rig.dispatch(second)
    rig.dispatch(first)
    assert sorted(message["version"] for message in rig.inbox(1)) == [1, 2]


def test_a_task_of_a_match_that_was_deleted_ends_and_is_reported(rig: DispatchRig) -> None:
    rig.follow(1)
    context = rig.context()
    rig.matches.matches.clear()
    rig.dispatch(context)
    assert rig.inbox(1) == []
    assert rig.telemetry.counts[Metric.DISPATCHES_EXPIRED] == 1


def test_the_deadline_stops_between_pages_and_a_retry_sends_the_rest(rig: DispatchRig) -> None:
    rig.follow(*range(PAGE_SIZE + 5))
    context = rig.context()
    task = DispatchTask(context=context, shard=0)
    with pytest.raises(DispatchIncompleteError):
        rig.dispatcher.dispatch(task, rig.clock())
    rig.dispatch(context)
    assert [len(rig.inbox(number)) for number in range(PAGE_SIZE + 5)] == [1] * (PAGE_SIZE + 5)


def test_a_shard_without_subscribers_leaves_no_checkpoint(rig: DispatchRig) -> None:
    rig.dispatch()
    assert rig.ledger.checkpoints == {}


def test_decisions_record_what_each_audience_was_shown_and_why(rig: DispatchRig) -> None:
    rig.follow(1, 2, 3)
    rig.dispatch()
    assert sum(decision["viewers"] for decision in rig.decisions.decisions) == 3
    assert {decision["rung"] for decision in rig.decisions.decisions} == {"cohort"}
    assert all(decision["placements"] for decision in rig.decisions.decisions)


def test_the_message_traces_each_step(rig: DispatchRig) -> None:
    rig.follow(1)
    rig.dispatch()
    (message,) = rig.inbox(1)
    assert message["trace"].keys() >= {"plannedAt", "recommendedAt", "postedAt"}
    assert {"recommend", "post"} <= set(rig.telemetry.steps)
