"""Audiences and named viewers in DynamoDB."""

from datetime import timedelta
from typing import Any

import boto3
import pytest

from domain.audience import Audience, CountedAudience
from lambdas.adapters.dynamo_audiences import DynamoAudienceStore
from tests.support import builders

NOW = builders.KICK_OFF
MATCH = "turkey-italy"


def audience(team: str = "Italy", **changes: Any) -> Audience:
    fields: dict[str, Any] = {
        "cohort": builders.a_viewer(team=team).cohort,
        "consents": frozenset({"betting"}),
    }
    return Audience(**{**fields, **changes})


@pytest.fixture
def store(resources: dict[str, str]) -> DynamoAudienceStore:
    return DynamoAudienceStore(boto3.client("dynamodb"), resources["CONNECTIONS_TABLE_NAME"])


def test_audiences_are_found_by_their_match(store: DynamoAudienceStore) -> None:
    # GIVEN audiences that differ in cohort, consents or side of the experiment, and one of another match
    groups = [audience(), audience("Turkey"), audience(consents=frozenset()), audience(holdout=True)]
    for group in groups:
        store.add(MATCH, group, NOW)
    store.add("other", audience(), NOW)
    # THEN each is found once, in order of the addresses
    found = [counted.audience for counted in store.audiences(MATCH, NOW)]
    assert sorted(groups, key=lambda group: group.address(MATCH)) == found


def test_an_audience_is_new_until_its_first_task_is_in_the_queue(store: DynamoAudienceStore) -> None:
    # GIVEN two viewers of a new audience who come at the same instant
    assert store.add(MATCH, audience(), NOW)
    assert store.add(MATCH, audience(), NOW)
    store.mark_sent(MATCH, audience(), NOW)
    assert not store.add(MATCH, audience(), NOW)
    assert store.add(MATCH, audience("Turkey"), NOW)


def test_an_audience_is_told_again_before_its_document_expires(store: DynamoAudienceStore) -> None:
    # GIVEN a match of which nothing is new for days, while viewers keep asking for passes
    store.add(MATCH, audience(), NOW)
    store.mark_sent(MATCH, audience(), NOW)
    told_after = []
    for hours in range(12, 24 * 6, 12):
        now = NOW + timedelta(hours=hours)
        if store.add(MATCH, audience(), now):
            store.mark_sent(MATCH, audience(), now)
            told_after.append(hours)
    # THEN it is told once a day, as its document is deleted two days after it was written
    assert told_after == [24, 48, 72, 96, 120]


def test_viewers_are_counted_and_the_count_survives_another_pass(store: DynamoAudienceStore) -> None:
    store.add(MATCH, audience(), NOW)
    store.count_viewers(MATCH, audience(), 16)
    store.add(MATCH, audience(), NOW + timedelta(hours=1))
    store.count_viewers(MATCH, audience(), 16)
    assert store.audiences(MATCH, NOW) == [CountedAudience(audience=audience(), viewers=32)]


def test_the_viewers_of_a_match_are_counted_again_after_half_a_minute(store: DynamoAudienceStore) -> None:
    for group in (audience(), audience("Turkey")):
        store.add(MATCH, group, NOW)
        store.count_viewers(MATCH, group, 16)
    assert store.viewer_count(MATCH, NOW) == 32
    store.count_viewers(MATCH, audience(), 16)
    assert store.viewer_count(MATCH, NOW + timedelta(seconds=29)) == 32
    assert store.viewer_count(MATCH, NOW + timedelta(seconds=31)) == 48


def test_counting_viewers_stores_no_audience(store: DynamoAudienceStore) -> None:
    store.count_viewers(MATCH, audience(), 16)
    assert store.audiences(MATCH, NOW) == []


def test_audiences_expire(store: DynamoAudienceStore) -> None:
    store.add(MATCH, audience(), NOW)
    assert store.audiences(MATCH, NOW + timedelta(days=2)) == []


def test_as_many_viewers_are_named_as_the_limit_allows(store: DynamoAudienceStore) -> None:
    viewers = [builders.a_viewer(number, consents=frozenset({"betting"})) for number in range(3)]
    named = [store.add_named(MATCH, viewer, NOW, limit=2) for viewer in viewers]
    assert named == [True, True, False]
    assert store.named(MATCH, NOW) == viewers[:2]


def test_a_viewer_is_named_once(store: DynamoAudienceStore) -> None:
    viewer = builders.a_viewer()
    assert store.add_named(MATCH, viewer, NOW, limit=2)
    assert not store.add_named(MATCH, viewer, NOW, limit=2)
    assert store.add_named(MATCH, builders.a_viewer(2), NOW, limit=2)


def test_a_named_viewer_whose_consent_is_withdrawn_is_named_without_it(store: DynamoAudienceStore) -> None:
    # GIVEN a match that this environment knows to be full, and a viewer who is one of its named viewers
    store.add_named(MATCH, builders.a_viewer(1, consents=frozenset({"betting"})), NOW, limit=1)
    store.add_named(MATCH, builders.a_viewer(2), NOW, limit=1)
    # THEN the viewer's present traits replace the earlier ones, and nobody else gets in
    assert not store.add_named(MATCH, builders.a_viewer(1), NOW, limit=1, has_changed=True)
    assert not store.add_named(MATCH, builders.a_viewer(3), NOW, limit=1, has_changed=True)
    assert store.named(MATCH, NOW) == [builders.a_viewer(1)]


def test_other_traits_are_not_counted_as_another_viewer(store: DynamoAudienceStore) -> None:
    store.add_named(MATCH, builders.a_viewer(1, consents=frozenset({"betting"})), NOW, limit=2)
    assert not store.add_named(MATCH, builders.a_viewer(1), NOW, limit=2)
    assert store.add_named(MATCH, builders.a_viewer(2), NOW, limit=2)
    assert store.named(MATCH, NOW) == [builders.a_viewer(1), builders.a_viewer(2)]


def test_no_viewer_is_named_without_room_for_one(store: DynamoAudienceStore) -> None:
    assert not store.add_named(MATCH, builders.a_viewer(), NOW, limit=0)
    assert store.named(MATCH, NOW) == []


def test_a_full_match_costs_no_further_writes(store: DynamoAudienceStore, resources: dict[str, str]) -> None:
    # GIVEN an environment that found a match full, whose rows are then gone
    store.add_named(MATCH, builders.a_viewer(1), NOW, limit=1)
    store.add_named(MATCH, builders.a_viewer(2), NOW, limit=1)
    # THEN it does not ask for a minute, and other matches are not affected
    assert not store.add_named(MATCH, builders.a_viewer(3), NOW, limit=9)
    assert store.add_named("other", builders.a_viewer(3), NOW, limit=1)
    assert store.add_named(MATCH, builders.a_viewer(3), NOW + timedelta(minutes=2), limit=9)
