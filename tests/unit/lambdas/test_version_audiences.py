"""What one shard has placed serves the next shards of the version, while it can be no better."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.audience import Audience
from domain.choice import Choice
from domain.context import initial_context
from domain.placement import Rung
from domain.recommendation import Recommendation
from lambdas.logic.audience_placements import AudiencePlacements
from lambdas.logic.version_audiences import KEPT_FOR, MAX_AUDIENCES, LastVersion, VersionAudiences
from tests.support import builders, fakes

MATCH, NOW = builders.a_match(), builders.KICK_OFF
CONTEXT = initial_context(MATCH)
COHORT = Audience(cohort=builders.a_viewer().cohort, consents=frozenset())


@pytest.fixture
def catalogue() -> fakes.InMemoryCatalogue:
    return fakes.InMemoryCatalogue.of(builders.a_component("poll"))


def placed(rung: Rung, calm: Rung | None = None) -> AudiencePlacements:
    return AudiencePlacements(
        recommendation=Recommendation(component_ids=("poll",), rung=rung),
        choice=Choice(placements=(), refused={}),
        calm=Recommendation(component_ids=("poll",), rung=calm) if calm is not None else None,
    )


def add(audiences: VersionAudiences, audience: Audience, placements: AudiencePlacements) -> None:
    audiences.placements[audience] = placements
    audiences.messages[audience] = audiences.encoder.shared_bytes(placements)


@pytest.mark.parametrize(
    ("audience", "placements", "is_kept"),
    [
        (COHORT, placed(Rung.COHORT), True),
        (COHORT, placed(Rung.COHORT, calm=Rung.COHORT), True),
        (replace(COHORT, holdout=True), placed(Rung.POPULARITY, calm=Rung.POPULARITY), True),
        (COHORT, placed(Rung.POPULARITY), False),
        (COHORT, placed(Rung.COHORT, calm=Rung.POPULARITY), False),
        (replace(COHORT, viewer_id="viewer-1"), placed(Rung.VIEWER), False),
    ],
)
def test_the_next_shard_gets_what_cannot_become_better(
    catalogue: fakes.InMemoryCatalogue, audience: Audience, placements: AudiencePlacements, is_kept: bool
) -> None:
    last = LastVersion()
    add(last.audiences(CONTEXT, MATCH, catalogue, NOW), audience, placements)
    following = last.audiences(CONTEXT, MATCH, catalogue, NOW + timedelta(seconds=1))
    expected = {audience} if is_kept else set()
    assert following.placements.keys() == following.messages.keys() == expected


def test_another_version_begins_without_audiences(catalogue: fakes.InMemoryCatalogue) -> None:
    last = LastVersion()
    add(last.audiences(CONTEXT, MATCH, catalogue, NOW), COHORT, placed(Rung.COHORT))
    following = last.audiences(CONTEXT.with_frozen(("poll",)), MATCH, catalogue, NOW)
    assert following.placements == {}
    assert b'"frozen":["poll"]' in following.encoder.shared_bytes(placed(Rung.COHORT))


def test_a_changed_match_or_catalogue_begins_without_audiences(catalogue: fakes.InMemoryCatalogue) -> None:
    last = LastVersion()
    add(last.audiences(CONTEXT, MATCH, catalogue, NOW), COHORT, placed(Rung.COHORT))
    assert last.audiences(CONTEXT, replace(MATCH, id="other"), catalogue, NOW).placements == {}
    add(last.audiences(CONTEXT, MATCH, catalogue, NOW), COHORT, placed(Rung.COHORT))
    catalogue.known = dict(catalogue.known)
    assert last.audiences(CONTEXT, MATCH, catalogue, NOW).placements == {}


def test_audiences_are_kept_for_seconds_and_are_bounded(catalogue: fakes.InMemoryCatalogue) -> None:
    last = LastVersion()
    add(last.audiences(CONTEXT, MATCH, catalogue, NOW), COHORT, placed(Rung.COHORT))
    assert last.audiences(CONTEXT, MATCH, catalogue, NOW + KEPT_FOR).placements == {}
    many = last.audiences(CONTEXT, MATCH, catalogue, NOW + KEPT_FOR)
    for number in range(MAX_AUDIENCES + 1):
        add(many, replace(COHORT, blocked=((f"component-{number}", "cap"),)), placed(Rung.COHORT))
    assert last.audiences(CONTEXT, MATCH, catalogue, NOW + KEPT_FOR).placements == {}
