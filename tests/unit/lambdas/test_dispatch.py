"""Dispatch: every subscriber of a match gets each version once, whatever happens to others."""

import pytest

from lambdas.logic.dispatch import PAGE
from lambdas.logic.errors import DispatchIncompleteError, UnknownMatchError
from tests import fakes
from tests.unit.lambdas.conftest import House


def test_every_subscriber_of_the_match_gets_the_version_once_and_no_other_match_anything(house: House):
    # GIVEN more subscribers than one page holds, and one of another match
    count = 2 * PAGE + 7
    house.follow(*range(count))
    house.follow(90_000, match_id="other-match")
    # WHEN a version is dispatched
    house.dispatch()
    # THEN each of them has it, once
    assert [len(house.inbox(number)) for number in range(count)] == [1] * count
    assert house.inbox(90_000) == []
    assert house.telemetry.counts["Sent"] == count


def test_the_campaign_is_asked_once_per_cohort_however_many_viewers(house: House):
    house.follow(*range(1_000), teams=3)
    house.dispatch()
    assert len(house.recommender.asked) == 3
    assert house.telemetry.counts["RecommenderCalls"] == 3


def test_a_second_shard_reuses_the_recommendations_of_the_first(house: House):
    house.follow(1, 2)
    house.dispatch()
    # GIVEN another environment: nothing remembered in the process, the shared cache filled
    house.ladder._known.clear()
    house.ledger.checkpoints.clear()
    house.dispatch()
    assert len(house.recommender.asked) == 2
    assert house.telemetry.counts["CacheHits"] == 2


def test_a_gone_connection_is_removed_alone(house: House):
    house.follow(1, 2, 3)
    house.poster.gone = {"c00002"}
    house.dispatch()
    assert sorted(connection for _, connection in house.connections.subscriptions) == ["c00001", "c00003"]
    assert len(house.inbox(1)) == len(house.inbox(3)) == 1
    assert house.telemetry.counts["Gone"] == 1


def test_failed_posts_are_owed_and_a_retry_sends_to_them_alone(house: House):
    # GIVEN one connection that cannot be reached now
    house.follow(1, 2, 3)
    house.poster.failing = {"c00002"}
    with pytest.raises(DispatchIncompleteError, match="1 still owed"):
        house.dispatch()
    # WHEN the task is delivered again and the connection can be reached
    house.poster.failing = set()
    house.dispatch()
    # THEN everyone has it once
    assert [len(house.inbox(number)) for number in (1, 2, 3)] == [1, 1, 1]


def test_a_task_delivered_again_after_success_sends_nothing(house: House):
    house.follow(1, 2, 3)
    house.dispatch()
    house.dispatch()
    assert [len(house.inbox(number)) for number in (1, 2, 3)] == [1, 1, 1]


def test_a_killed_task_repeats_the_page_under_way_at_most(house: House):
    # GIVEN two pages of subscribers and a process that dies in the second
    house.follow(*range(PAGE + 50))
    house.poster.dies_after = PAGE + 10
    with pytest.raises(fakes.Killed):
        house.dispatch()
    # WHEN the task is delivered again
    house.dispatch()
    # THEN nobody of the first page got it twice, and nobody went without
    copies = [len(house.inbox(number)) for number in range(PAGE + 50)]
    assert copies[:PAGE] == [1] * PAGE
    assert min(copies[PAGE:]) == 1
    assert sum(copies) - len(copies) == 10


def test_who_got_the_version_as_a_snapshot_is_not_sent_it_again(house: House):
    house.follow(1)
    house.follow(2, last_version=1)
    house.dispatch()
    assert len(house.inbox(1)) == 1
    assert house.inbox(2) == []


def test_an_expired_subscription_gets_nothing(house: House):
    house.follow(1)
    house.clock.sleep(3 * 3600)
    house.dispatch()
    assert house.inbox(1) == []


def test_older_versions_are_delivered_though_newer_exist(house: House):
    house.follow(1)
    first = house.context()
    second = house.context(fakes.a_moment(1), fakes.a_moment(2))
    house.dispatch(second)
    house.dispatch(first)
    assert sorted(message["version"] for message in house.inbox(1)) == [1, 2]


def test_an_unknown_match_comes_again_until_it_is_announced(house: House):
    context = house.context()
    house.matches.matches.clear()
    with pytest.raises(UnknownMatchError, match="turkey-italy"):
        house.dispatch(context)


def test_a_deadline_stops_between_pages_and_the_rest_follows_later(house: House):
    house.follow(*range(PAGE + 5))
    house.placing.catalogue.components()
    task_context = house.context()
    from domain.dispatch_task import DispatchTask

    task = DispatchTask(context=task_context, shard=0)
    with pytest.raises(DispatchIncompleteError):
        house.dispatcher.dispatch(task, house.clock())
    house.dispatch(task_context)
    assert [len(house.inbox(number)) for number in range(PAGE + 5)] == [1] * (PAGE + 5)


def test_a_shard_without_subscribers_leaves_no_checkpoint(house: House):
    house.dispatch()
    assert house.ledger.checkpoints == {}


def test_decisions_tell_what_each_group_was_shown_and_why(house: House):
    house.follow(1, 2, 3)
    house.dispatch()
    assert sum(decision["viewers"] for decision in house.decisions.decisions) == 3
    assert {decision["rung"] for decision in house.decisions.decisions} == {"cohort"}
    assert all(decision["placements"] for decision in house.decisions.decisions)


def test_the_message_is_traced_step_by_step(house: House):
    house.follow(1)
    house.dispatch()
    (message,) = house.inbox(1)
    assert message["trace"].keys() >= {"plannedAt", "recommendedAt", "postedAt"}
    assert {"recommend", "post"} <= set(house.telemetry.steps)
