"""A viewer joins a match: the audience, its channels and documents, and what is written for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from domain.audience import Audience
from domain.channel import channel_of, viewer_address
from domain.cohort import ViewerTraits
from domain.constraint import Constraint, ConstraintKind, Selector
from domain.context import initial_context, merge
from domain.controls import Controls
from domain.experiment import Experiment
from domain.moment import MomentType
from lambdas.logic.channel_pass import PassSigner, PassVerifier
from lambdas.logic.errors import ProtocolError
from lambdas.logic.pass_issuer import COUNTED_SHARE, PassIssuer
from tests.support import builders, fakes

MATCH = "turkey-italy"
CONSENT = Constraint(
    id="betting-consent",
    kind=ConstraintKind.CONSENT,
    selector=Selector(categories=frozenset({"betting"})),
    consent="betting",
)


class Links:
    def link(self, address: str, expires_at: datetime) -> str:
        return f"https://documents.example/{address}?until={expires_at:%H%M}"


@dataclass
class Joining:
    """An issuer of passes with everything in memory."""

    issuer: PassIssuer
    clock: fakes.FrozenClock
    matches: fakes.InMemoryMatchStore
    audiences: fakes.InMemoryAudienceStore
    queue: fakes.InMemoryDispatchQueue


def joining(
    *rules: Constraint,
    holdout_share: float = 0.0,
    draw: Callable[[], float] = lambda: 1.0,
    audiences: fakes.InMemoryAudienceStore | None = None,
) -> Joining:
    clock, matches = fakes.FrozenClock(), fakes.InMemoryMatchStore(builders.a_match())
    audiences = audiences or fakes.InMemoryAudienceStore()
    queue, catalogue = fakes.InMemoryDispatchQueue(), fakes.InMemoryCatalogue.of()
    catalogue.rules = list(rules)
    issuer = PassIssuer(
        matches=matches,
        catalogue=catalogue,
        audiences=audiences,
        queue=queue,
        signer=PassSigner(keys=fakes.FixedPlacementKeys()),
        links=Links(),
        experiment=Experiment(season="s", holdout_share=holdout_share),
        telemetry=fakes.RecordedTelemetry(),
        clock=clock,
        draw=draw,
        joins_per_second=10,
        impression_share=0.5,
    )
    return Joining(issuer=issuer, clock=clock, matches=matches, audiences=audiences, queue=queue)


def viewer(number: int = 1) -> ViewerTraits:
    return builders.a_viewer(number, consents=frozenset({"betting", "newsletter"}))


def test_a_pass_names_the_viewers_audience_and_the_viewers_own_address() -> None:
    at = joining(CONSENT)
    answer = at.issuer.issue(MATCH, viewer())
    # THEN only the consents that a rule asks for are part of the audience
    audience = Audience(cohort=viewer().cohort, consents=frozenset({"betting"}))
    own = Audience.of_one(viewer()).address(MATCH)
    expected = [channel_of(audience.address(MATCH)), channel_of(own)]
    assert answer["channels"] == expected
    assert answer["ownAddress"] == viewer_address(MATCH, "viewer-1")
    ends = at.clock() + timedelta(hours=2, minutes=5)
    assert answer["documents"] == [Links().link(audience.address(MATCH), ends), Links().link(own, ends)]
    assert datetime.fromisoformat(answer["issuedAt"]) == at.clock()
    assert datetime.fromisoformat(answer["expiresAt"]) == ends
    verifier = PassVerifier(keys=fakes.FixedPlacementKeys())
    assert verifier.channels(answer["token"], at.clock()) == set(expected)
    assert (answer["impressionShare"], answer["matchId"]) == (0.5, MATCH)


def test_a_rule_that_asks_for_another_consent_makes_another_edition_and_audience() -> None:
    before, after = joining(), joining(CONSENT)
    editions = {each.issuer.issue(MATCH, viewer())["rulesEdition"] for each in (before, after)}
    assert len(editions) == 2
    assert before.audiences.stored[MATCH].keys() != after.audiences.stored[MATCH].keys()


def test_a_favourite_team_of_another_match_is_no_cohort_of_this_one() -> None:
    at = joining()
    at.issuer.issue(MATCH, builders.a_viewer(team="Wales"))
    (audience,) = at.audiences.stored[MATCH].values()
    assert audience.cohort.favourite_team == "unknown"


def test_the_holdout_group_is_an_audience_of_its_own() -> None:
    at = joining(holdout_share=0.5)
    for number in range(40):
        at.issuer.issue(MATCH, viewer(number))
    assert {audience.holdout for audience in at.audiences.stored[MATCH].values()} == {True, False}


def test_a_new_audience_gets_the_newest_version_once() -> None:
    at = joining()
    for number in range(5):
        at.issuer.issue(MATCH, viewer(number))
    (task,) = at.queue.tasks
    assert task.context.version == 0
    assert [counted.audience for counted in task.audiences] == list(at.audiences.stored[MATCH].values())


def test_a_quiet_match_is_told_again_once_a_day() -> None:
    at = joining()
    for _ in range(50):
        at.issuer.issue(MATCH, viewer())
        at.clock.sleep(timedelta(hours=1).total_seconds())
    assert [task.context.version for task in at.queue.tasks] == [0, 0, 0]


def test_a_new_audience_is_not_told_of_a_cancelled_moment() -> None:
    at = joining()
    # GIVEN a card after a goal, which an operator has then cancelled
    match = builders.a_match()
    goal = merge(initial_context(match), match, [builders.a_moment(1)])
    assert goal
    assert goal.headline
    card = merge(goal, match, [builders.a_moment(2, kind=MomentType.YELLOW_CARD)])
    assert card
    at.matches.contexts[MATCH] = card.repeated()
    at.matches.controls[MATCH] = Controls(match_id=MATCH).cancelling(goal.headline.id)
    at.issuer.issue(MATCH, viewer())
    # THEN a picture that is behind gets what was before the goal, and the card
    headlines = [(task.context.version, task.context.headline) for task in at.queue.tasks]
    assert headlines == [(0, None), (3, card.headline)]


def test_two_environments_that_meet_an_audience_at_once_both_tell_it() -> None:
    shared = fakes.InMemoryAudienceStore()
    first, second = joining(audiences=shared), joining(audiences=shared)
    # GIVEN an environment that ends between storing the audience and sending its task
    first.queue.refuses = True
    with pytest.raises(Exception, match="refuse"):
        first.issuer.issue(MATCH, viewer())
    # THEN the next one sends it, and no later one
    second.issuer.issue(MATCH, viewer(2))
    assert len(second.queue.tasks) == 1
    third = joining(audiences=shared)
    third.issuer.issue(MATCH, viewer(3))
    assert third.queue.tasks == []


def test_little_is_written_for_a_viewer_of_a_known_audience() -> None:
    draws = iter([0.99, COUNTED_SHARE, COUNTED_SHARE - 0.001, 0.5])
    at = joining(draw=lambda: next(draws))
    for number in range(4):
        at.issuer.issue(MATCH, viewer(number))
    assert sum(at.audiences.viewers.values()) == 16
    (address,) = at.audiences.stored[MATCH]
    assert at.audiences.sent.keys() == {(MATCH, address)}


def test_the_apps_are_told_to_spread_by_the_number_of_viewers() -> None:
    at = joining(draw=lambda: 0.0)
    assert at.issuer.issue(MATCH, viewer())["joinWithinSeconds"] == 2
    for number in range(40):
        at.issuer.issue(MATCH, viewer(number))
    at.clock.sleep(60)
    # 41 passes that count for 16 each, at 10 a second
    assert at.issuer.issue(MATCH, viewer())["joinWithinSeconds"] == pytest.approx(67, abs=2)


def test_a_match_that_was_never_announced_is_refused() -> None:
    with pytest.raises(ProtocolError, match="matchId") as caught:
        joining().issuer.issue("nobody-nobody", viewer())
    assert caught.value.code == "UNKNOWN_MATCH"
