"""State that functions share in DynamoDB: claims, rate, ledger, subscriptions."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
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
from domain.placement import Rung
from domain.recommendation import Recommendation
from domain.subscription import Subscription
from lambdas.adapters.connection_rows import read_subscription, shard_of, write_subscription
from lambdas.adapters.dynamo_budget import DynamoRateBudget, post_budget, rate_budgets
from lambdas.adapters.dynamo_catalogue import DynamoCatalogue
from lambdas.adapters.dynamo_connections import DynamoConnectionStore
from lambdas.adapters.dynamo_ledger import DynamoDispatchLedger
from lambdas.adapters.dynamo_matches import DynamoMatchStore
from lambdas.adapters.dynamo_recommendations import LEASE, DynamoRecommendationCache
from lambdas.adapters.errors import UnreadableConstraintError
from tests.support import builders, fakes

NOW = builders.KICK_OFF
KEY = ("turkey-italy", "goal/level", "Italy|25-34|IT|premium")
RANKING = Recommendation(component_ids=("a", "b"), rung=Rung.COHORT, recommendation_id="r")


def subscription(connection_id: str, **changes: Any) -> Subscription:
    fields: dict[str, Any] = {
        "match_id": "turkey-italy",
        "connection_id": connection_id,
        "viewer": builders.a_viewer(),
        "expires_at": NOW + timedelta(hours=2),
    }
    return Subscription(**{**fields, **changes})


def test_one_worker_claims_and_the_others_find_its_recommendation(resources: dict[str, str]) -> None:
    cache = DynamoRecommendationCache(boto3.client("dynamodb"), "connections")
    with ThreadPoolExecutor(4) as pool:
        claims = Counter(pool.map(lambda _: cache.claim_recommendation(*KEY, NOW), range(8)))
    assert claims == {True: 1, False: 7}
    cache.store_recommendation(*KEY, RANKING, NOW, kept_for=timedelta(minutes=5))
    assert not cache.claim_recommendation(*KEY, NOW)
    assert cache.find_recommendations(*KEY[:2], [KEY[2], "another"], NOW) == {KEY[2]: RANKING}


def test_an_abandoned_claim_expires_with_its_lease(resources: dict[str, str]) -> None:
    cache = DynamoRecommendationCache(boto3.client("dynamodb"), "connections")
    assert cache.claim_recommendation(*KEY, NOW) is True
    assert cache.claim_recommendation(*KEY, NOW + LEASE / 2) is False
    assert cache.find_recommendations(*KEY[:2], [KEY[2]], NOW + LEASE / 2) == {KEY[2]: None}
    assert cache.find_recommendations(*KEY[:2], [KEY[2]], NOW + LEASE * 1.5) == {}
    assert cache.claim_recommendation(*KEY, NOW + LEASE * 1.5) is True


def test_a_released_claim_is_free_and_a_recommendation_expires(resources: dict[str, str]) -> None:
    cache = DynamoRecommendationCache(boto3.client("dynamodb"), "connections")
    cache.claim_recommendation(*KEY, NOW)
    cache.release_claim(*KEY)
    assert cache.claim_recommendation(*KEY, NOW) is True
    cache.store_recommendation(*KEY, RANKING, NOW, kept_for=timedelta(minutes=5))
    assert cache.find_recommendations(*KEY[:2], [KEY[2]], NOW + timedelta(minutes=6)) == {}
    assert cache.claim_recommendation(*KEY, NOW + timedelta(minutes=6)) is True


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


def test_a_dropped_subscriber_leaves_nothing_behind(resources: dict[str, str]) -> None:
    client = boto3.client("dynamodb")
    store = DynamoConnectionStore(client, "connections", shards=1)
    store.add_connection("c1", builders.a_viewer(), NOW + timedelta(hours=1))
    store.subscribe(subscription("c1"))
    store.subscribe(subscription("c1", match_id="other-match"))
    store.subscribe(subscription("c2"))
    # WHEN a store without a shard count drops the connection, as the dispatch does
    DynamoConnectionStore(client, "connections").drop_subscriber("turkey-italy", 0, "c1")
    left = {(row["pk"]["S"], row["sk"]["S"]) for row in client.scan(TableName="connections")["Items"]}
    assert left == {("MATCH#turkey-italy#0", "c2"), ("CONNECTION#c2", "MATCH#turkey-italy")}


def test_an_exposure_counts_once_and_survives_a_reconnect(resources: dict[str, str]) -> None:
    store = DynamoConnectionStore(boto3.client("dynamodb"), "connections", shards=3)
    held = subscription("c1")
    store.subscribe(held)
    for seconds in (1, 1, 5, 2):
        store.record_exposures(held, {"poll": NOW + timedelta(seconds=seconds), "quiz": NOW})
    expected = {
        "poll": Exposure(count=2, last_at=NOW + timedelta(seconds=5)),
        "quiz": Exposure(count=1, last_at=NOW),
    }
    assert store.exposures("turkey-italy", held.viewer.viewer_id) == expected
    again = store.subscription("turkey-italy", "c1", NOW)
    assert again is not None
    assert again.exposures == expected


def test_the_ledger_keeps_a_checkpoint_per_version_and_shard(resources: dict[str, str]) -> None:
    ledger = DynamoDispatchLedger(boto3.client("dynamodb"), "connections", fakes.FrozenClock())
    task, until = ("turkey-italy", 3, 1), NOW + timedelta(minutes=1)
    assert ledger.claim(*task, now=NOW, until=until) == (None, ())
    ledger.save_checkpoint(*task, ("c5", ("c2", "c4")))
    # WHEN another task comes, THEN it waits until the claim is given back or ends
    assert ledger.claim(*task, now=NOW, until=until) is None
    assert ledger.claim(*task, now=until, until=until + timedelta(minutes=1)) == ("c5", ("c2", "c4"))
    ledger.release(*task)
    assert ledger.claim(*task, now=NOW, until=until) == ("c5", ("c2", "c4"))
    assert ledger.claim("turkey-italy", 3, 2, now=NOW, until=until) == (None, ())
    assert ledger.claim("turkey-italy", 4, 1, now=NOW, until=until) == (None, ())


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
