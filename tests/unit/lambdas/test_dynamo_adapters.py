"""State that functions share in DynamoDB: claims, rate, ledger, subscriptions."""

import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from domain.announced import Announced
from domain.choice import Exposure, choose
from domain.cohort import Cohort, ViewerTraits
from domain.dispatch_checkpoint import DispatchCheckpoint
from domain.placement import Rung
from domain.recommendation import Recommendation, viewer_owner
from domain.subscription import Subscription
from lambdas.adapters.connection_rows import read_subscription, shard_of, write_subscription
from lambdas.adapters.dynamo_budget import DynamoRateBudget, post_budget, rate_budgets
from lambdas.adapters.dynamo_catalogue import DynamoCatalogue
from lambdas.adapters.dynamo_connections import DynamoConnectionStore
from lambdas.adapters.dynamo_ledger import DynamoDispatchLedger
from lambdas.adapters.dynamo_matches import DynamoMatchStore
from lambdas.adapters.dynamo_recommendations import (
    CLAIM_ROWS,
    LEASE,
    MAX_ROWS_PER_CALL,
    DynamoRecommendationCache,
)
from lambdas.adapters.errors import UnreadableConstraintError
from tests.support import builders, fakes

NOW = builders.KICK_OFF
CELL = ("turkey-italy", "goal/level")
OWNER = "Italy|25-34|IT|premium"
RANKING = Recommendation(component_ids=("a", "b"), rung=Rung.COHORT, recommendation_id="r")


def subscription(connection_id: str, **changes: Any) -> Subscription:
    fields: dict[str, Any] = {
        "match_id": "turkey-italy",
        "connection_id": connection_id,
        "viewer": builders.a_viewer(),
        "expires_at": NOW + timedelta(hours=2),
    }
    return Subscription(**{**fields, **changes})


def claim(cache: DynamoRecommendationCache, *owners: str, at: datetime = NOW, limit: int = 12) -> list[str]:
    return list(cache.claim_recommendations(*CELL, owners, at, limit=limit))


def claim_all(cache: DynamoRecommendationCache, *owners: str) -> list[str]:
    """Return what one worker claims that tries until every owner is claimed."""
    claimed: list[str] = []
    while left := [each for each in owners if each not in cache.find_recommendations(*CELL, owners, NOW)]:
        claimed += claim(cache, *left)
    return claimed


def test_one_worker_claims_and_the_others_find_its_recommendation(resources: dict[str, str]) -> None:
    cache = DynamoRecommendationCache(boto3.client("dynamodb"), "connections")
    owners = [OWNER, *(f"Wales|{age}|GB|free" for age in range(40))]
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda _: claim_all(cache, *owners), range(8)))
    assert sorted(itertools.chain.from_iterable(claims)) == sorted(owners)
    cache.store_recommendations(*CELL, {OWNER: RANKING}, NOW, kept_for=timedelta(minutes=5))
    assert claim(cache, *owners) == []
    assert cache.find_recommendations(*CELL, [OWNER, owners[1], "another"], NOW) == {
        OWNER: RANKING,
        owners[1]: None,
    }
    assert cache.stored_recommendations(*CELL, [OWNER, owners[1]], NOW) == {OWNER: RANKING}


def test_a_worker_claims_what_no_other_has_claimed(resources: dict[str, str]) -> None:
    # GIVEN owners whose claims are in one row
    cache = DynamoRecommendationCache(boto3.client("dynamodb"), "connections")
    owners = [owner for owner in map(str, range(60)) if shard_of(owner, CLAIM_ROWS) == 1]
    # WHEN a worker has claimed some of them
    assert claim(cache, *owners[1:4], limit=2) == owners[1:3]
    # THEN another gets the rest, up to its limit
    assert claim(cache, *owners[:5]) == [owners[0], *owners[3:5]]
    assert claim(cache, *owners[5:], limit=3) == owners[5:8]


def test_viewers_are_claimed_in_rows_of_their_own(resources: dict[str, str]) -> None:
    client = boto3.client("dynamodb")
    cache = DynamoRecommendationCache(client, "connections")
    assert claim(cache, viewer_owner("a"), viewer_owner("b")) == [viewer_owner("a")]
    assert claim(cache, viewer_owner("b")) == [viewer_owner("b")]
    assert client.scan(TableName="connections", Select="COUNT")["Count"] == 2


def test_a_claim_that_fails_for_another_cause_raises(resources: dict[str, str]) -> None:
    client = boto3.client("dynamodb")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        claim(DynamoRecommendationCache(client, "missing"), OWNER)


def test_a_throttled_claim_claims_nothing(resources: dict[str, str]) -> None:
    client = boto3.client("dynamodb")
    with Stubber(client) as stub:
        stub.add_client_error("update_item", "ProvisionedThroughputExceededException")
        assert claim(DynamoRecommendationCache(client, "connections"), OWNER) == []


def test_an_abandoned_claim_expires_with_its_lease(resources: dict[str, str]) -> None:
    cache = DynamoRecommendationCache(boto3.client("dynamodb"), "connections")
    assert claim(cache, OWNER) == [OWNER]
    assert claim(cache, OWNER, at=NOW + LEASE / 2) == []
    assert cache.find_recommendations(*CELL, [OWNER], NOW + LEASE / 2) == {OWNER: None}
    assert cache.find_recommendations(*CELL, [OWNER], NOW + LEASE * 1.5) == {}
    assert claim(cache, OWNER, at=NOW + LEASE * 1.5) == [OWNER]


def test_a_released_claim_is_free_and_a_recommendation_expires(resources: dict[str, str]) -> None:
    cache = DynamoRecommendationCache(boto3.client("dynamodb"), "connections")
    claim(cache, OWNER)
    cache.release_claims(*CELL, [OWNER])
    assert claim(cache, OWNER) == [OWNER]
    cache.store_recommendations(*CELL, {OWNER: RANKING}, NOW, kept_for=timedelta(minutes=5))
    assert cache.find_recommendations(*CELL, [OWNER], NOW + timedelta(minutes=6)) == {}
    assert claim(cache, OWNER, at=NOW + timedelta(minutes=6)) == [OWNER]


def test_more_recommendations_are_stored_than_one_call_accepts(resources: dict[str, str]) -> None:
    cache = DynamoRecommendationCache(boto3.client("dynamodb"), "connections")
    rankings = {f"owner-{number}": RANKING for number in range(MAX_ROWS_PER_CALL + 1)}
    cache.store_recommendations(*CELL, rankings, NOW, kept_for=timedelta(minutes=5))
    assert cache.find_recommendations(*CELL, list(rankings), NOW) == rankings


def test_the_rate_is_shared_and_never_exceeded(resources: dict[str, str]) -> None:
    budgets = [
        DynamoRateBudget(boto3.client("dynamodb"), "connections", name="c", per_second=50) for _ in range(3)
    ]
    taken = sum(budget.take_token(NOW) for _ in range(60) for budget in budgets)
    assert taken == 50
    assert all(budget.take_token(NOW + timedelta(seconds=1)) for budget in budgets)


def test_posts_of_two_windows_fit_in_the_burst_and_all_windows_in_the_rate(resources: dict[str, str]) -> None:
    budgets = [
        post_budget(boto3.client("dynamodb"), "connections", per_second=180, burst=100) for _ in range(2)
    ]
    taken = [
        sum(budget.take_tokens(70, NOW + timedelta(milliseconds=250 * window)) for budget in budgets)
        for window in range(4)
    ]
    assert taken == [45, 45, 45, 45]
    assert budgets[0].take_tokens(1, NOW + timedelta(milliseconds=999)) == 0


def test_a_throttled_counter_grants_nothing_in_this_window(resources: dict[str, str]) -> None:
    client = boto3.client("dynamodb")
    budget = post_budget(client, "connections", per_second=180, burst=100)
    with Stubber(client) as stubber:
        stubber.add_client_error("update_item", "ThrottlingException")
        assert budget.take_tokens(10, NOW) == 0
        stubber.add_client_error("update_item", "AccessDeniedException")
        with pytest.raises(ClientError, match="AccessDenied"):
            budget.take_tokens(10, NOW + timedelta(seconds=1))
    assert budget.take_tokens(10, NOW + timedelta(seconds=2)) == 10


def test_viewer_calls_do_not_use_the_cohorts_rate(resources: dict[str, str]) -> None:
    table = boto3.client("dynamodb")
    cohorts, viewers = rate_budgets(table, "connections", campaign="c", limit=50, per_viewer=False)
    assert sum(viewers.take_token(NOW) for _ in range(60)) == 10
    assert sum(cohorts.take_token(NOW) for _ in range(60)) == 40
    one, other = rate_budgets(table, "connections", campaign="other", limit=50, per_viewer=True)
    assert sum(one.take_token(NOW) for _ in range(60)) + sum(other.take_token(NOW) for _ in range(60)) == 50


@pytest.mark.parametrize(("limit", "for_cohorts", "for_viewers"), [(4, 3, 1), (2, 1, 1), (1, 1, 0)])
def test_a_low_rate_leaves_something_for_viewers_and_preparation(
    resources: dict[str, str], limit: int, for_cohorts: int, for_viewers: int
) -> None:
    table = boto3.client("dynamodb")
    cohorts, viewers = rate_budgets(table, "connections", campaign="c", limit=limit, per_viewer=False)
    assert sum(cohorts.take_token(NOW) for _ in range(9)) == for_cohorts
    assert sum(viewers.take_token(NOW) for _ in range(9)) == for_viewers


def test_subscribers_are_paged_in_order_of_ids(resources: dict[str, str]) -> None:
    store = DynamoConnectionStore(boto3.client("dynamodb"), "connections", shards=1)
    for number in range(25):
        store.subscribe(subscription(f"c{number:02d}"))
    store.subscribe(subscription("c99", match_id="other-match"))
    store.subscribe(subscription("c07", expires_at=NOW - timedelta(seconds=1)))
    found: list[str] = []
    after: str | None = None
    while True:
        page, after = store.subscriber_page("turkey-italy", 0, after, 10, NOW)
        found += [entry.connection_id for entry in page]
        if after is None:
            break
    assert found == [f"c{number:02d}" for number in range(25) if number != 7]
    several = store.subscribers("turkey-italy", 0, ["c03", "c07", "gone"], NOW)
    assert [entry.connection_id for entry in several] == ["c03"]


def test_a_dropped_subscriber_leaves_nothing_but_what_its_viewer_saw(resources: dict[str, str]) -> None:
    client = boto3.client("dynamodb")
    store = DynamoConnectionStore(client, "connections", shards=1)
    assert store.add_connection("c1", builders.a_viewer(), NOW + timedelta(hours=1), now=NOW, limit=1)
    store.subscribe(subscription("c1"))
    store.subscribe(subscription("c1", match_id="other-match"))
    store.subscribe(subscription("c2"))
    # WHEN a store without a shard count drops the connection, as the dispatch does
    DynamoConnectionStore(client, "connections").drop_subscriber("turkey-italy", 0, "c1")
    left = {(row["pk"]["S"], row["sk"]["S"]) for row in client.scan(TableName="connections")["Items"]}
    assert {entry for entry in left if not entry[0].startswith("VIEWER#")} == {
        ("MATCH#turkey-italy#0", "c2"),
        ("CONNECTION#c2", "CONNECTION"),
    }


def test_a_claim_whose_answer_was_lost_succeeds_when_the_client_sends_it_again(
    resources: dict[str, str],
) -> None:
    ledger = DynamoDispatchLedger(boto3.client("dynamodb"), "connections", fakes.FrozenClock())
    task, until = ("m", 3, 1), NOW + timedelta(minutes=1)
    for _ in range(2):
        assert ledger.claim(*task, now=NOW, until=until) == DispatchCheckpoint()


def test_the_ledger_keeps_a_checkpoint_per_version_and_shard(resources: dict[str, str]) -> None:
    ledger = DynamoDispatchLedger(boto3.client("dynamodb"), "connections", fakes.FrozenClock())
    task, until = ("turkey-italy", 3, 1), NOW + timedelta(minutes=1)
    assert ledger.claim(*task, now=NOW, until=until) == DispatchCheckpoint()
    saved = DispatchCheckpoint(position="c5", owed=("c2", "c4"), unread=("c3",), found=7)
    ledger.save_checkpoint(*task, saved)
    # WHEN another task comes, THEN it waits until the claim is given back or ends
    assert ledger.claim(*task, now=NOW, until=until + timedelta(milliseconds=1)) is None
    assert ledger.claim(*task, now=until, until=until + timedelta(minutes=1)) == saved
    # AND the next one goes on where the last one gave it back
    ledger.release(*task, DispatchCheckpoint())
    assert ledger.claim(*task, now=NOW, until=until) == saved
    ledger.release(*task, DispatchCheckpoint(position="c9", owed=("c4",), found=9))
    assert ledger.claim(*task, now=NOW, until=until) == DispatchCheckpoint(
        position="c9", owed=("c4",), found=9
    )
    assert ledger.claim("turkey-italy", 3, 2, now=NOW, until=until) == DispatchCheckpoint()
    assert ledger.claim("turkey-italy", 4, 1, now=NOW, until=until) == DispatchCheckpoint()


def test_a_checkpoint_of_an_earlier_version_of_the_code_is_read(resources: dict[str, str]) -> None:
    client = boto3.client("dynamodb")
    client.put_item(
        TableName="connections",
        Item={
            "pk": {"S": "LEDGER#turkey-italy#3#1"},
            "sk": {"S": "CHECKPOINT"},
            "position": {"S": "c5"},
            "owed": {"S": '["c2"]'},
        },
    )
    ledger = DynamoDispatchLedger(client, "connections", fakes.FrozenClock())
    until = NOW + timedelta(minutes=1)
    assert ledger.claim("turkey-italy", 3, 1, now=NOW, until=until) == DispatchCheckpoint(
        position="c5", owed=("c2",)
    )


def test_the_ledger_knows_which_versions_are_planned(resources: dict[str, str]) -> None:
    ledger = DynamoDispatchLedger(boto3.client("dynamodb"), "connections", fakes.FrozenClock())
    ledger.mark_planned("turkey-italy", 3)
    assert ledger.is_planned("turkey-italy", 3)
    assert not ledger.is_planned("turkey-italy", 4)


def test_a_context_is_written_only_after_its_previous_version(resources: dict[str, str], rig: Any) -> None:
    clock = fakes.FrozenClock()
    store = DynamoMatchStore(boto3.client("dynamodb"), "matches", clock)
    assert store.newest_version("turkey-italy") == 0
    first = rig.context()
    second = rig.context(builders.a_moment(1), builders.a_moment(2))
    assert store.put_match(builders.a_match()) is Announced.NEW
    assert store.put_context(first, {"contextBuiltAt": 1}) is True
    assert store.put_context(first, {}) is False
    assert store.put_context(second, {}) is True
    clock.sleep(1)
    assert store.newest_version("turkey-italy") == 2
    assert store.match_state("turkey-italy")[:2] == (builders.a_match(), second)
    # AND only the newest version can be replaced in place
    aware = replace(second, seen=(*second.seen, "another"))
    assert store.replace_context(replace(first, seen=("another",))) is False
    assert store.replace_context(aware) is True
    assert store.match_state("turkey-italy")[1] == aware


def test_an_unreadable_constraint_is_an_error(resources: dict[str, str]) -> None:
    client = boto3.client("dynamodb")
    client.put_item(
        TableName="constraints",
        Item={"rule_set": {"S": "DEFAULT"}, "rule_id": {"S": "r"}, "body": {"S": '{"kind":"magic"}'}},
    )
    catalogue = DynamoCatalogue(
        client, components_table="components", constraints_table="constraints", clock=fakes.FrozenClock()
    )
    with pytest.raises(UnreadableConstraintError, match=r"r\.kind"):
        catalogue.constraints()


def test_a_rule_of_an_unknown_kind_refuses_what_it_selects(resources: dict[str, str]) -> None:
    # GIVEN a rule that a newer version has published
    client = boto3.client("dynamodb")
    rule = {"id": "r", "kind": "magic", "selector": {"categories": ["betting"]}, "wand": "oak"}
    item = {"rule_set": {"S": "DEFAULT"}, "rule_id": {"S": "r"}, "body": {"S": json.dumps(rule)}}
    client.put_item(TableName="constraints", Item=item)
    catalogue = DynamoCatalogue(
        client, components_table="components", constraints_table="constraints", clock=fakes.FrozenClock()
    )
    # THEN the match goes on without what the rule is about
    bet = builders.a_component("bet", categories=frozenset({"betting"}))
    choice = choose(
        ranked=[bet, builders.a_component("poll")],
        constraints=catalogue.constraints(),
        viewer=builders.a_viewer(),
        facts=None,
        blocked={},
        rung=Rung.COHORT,
    )
    assert [placed.component.id for placed in choice.placements] == ["poll"]
    assert choice.refused == {"bet": "r"}


texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


@given(
    texts,
    st.builds(Cohort, favourite_team=texts, age_band=texts, country=texts, tier=texts),
    st.frozensets(texts, max_size=3),
    st.integers(0, 10_000),
    st.dictionaries(texts, st.integers(1, 9), max_size=3),
)
def test_a_subscription_survives_its_row(
    viewer_id: str, cohort: Cohort, consents: frozenset[str], version: int, seen: dict[str, int]
) -> None:
    cohort = Cohort.from_key(cohort.key)
    held = subscription(
        "c1",
        viewer=ViewerTraits(viewer_id=viewer_id, cohort=cohort, consents=consents),
        last_version=version,
        exposures={name: Exposure(count=count, last_at=NOW) for name, count in seen.items()},
    )
    assert read_subscription(write_subscription(held, 0), "turkey-italy") == held


@given(st.text(min_size=1, max_size=30), st.integers(1, 64))
def test_a_connection_has_one_shard(connection_id: str, shards: int) -> None:
    assert 0 <= shard_of(connection_id, shards) < shards
    assert shard_of(connection_id, shards) == shard_of(connection_id, shards)


def test_the_subscribers_of_a_match_are_counted_by_shard(resources: dict[str, str]) -> None:
    client = boto3.client("dynamodb")

    def count(at: timedelta = timedelta()) -> int:
        return DynamoConnectionStore(client, "connections").subscriber_count("turkey-italy", NOW + at)

    store = DynamoConnectionStore(client, "connections")
    assert store.subscriber_count("turkey-italy", NOW) == 0
    for shard, found in ((0, 700), (63, 300), (0, 800)):
        store.record_subscriber_count("turkey-italy", shard, found, NOW)
    assert count() == 1_100
    # A store reads the counts every half minute, and counts of yesterday are unknown.
    assert store.subscriber_count("turkey-italy", NOW + timedelta(seconds=29)) == 0
    assert store.subscriber_count("turkey-italy", NOW + timedelta(seconds=30)) == 1_100
    assert count(timedelta(days=1)) == 0
    # A count that has hardly changed is not written again for some minutes.
    store.record_subscriber_count("turkey-italy", 0, 810, NOW)
    assert count() == 1_100
    store.record_subscriber_count("turkey-italy", 0, 810, NOW + timedelta(minutes=5))
    assert count() == 1_110
