"""Places the default catalogue for every cohort on every rung, and collects placements that do not fit."""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from domain.cohort import UNKNOWN, Cohort, ViewerTraits
from domain.component import Component, Slot
from domain.constraint import Constraint, read_published
from domain.context import MatchContext, initial_context, merge
from domain.experiment import Experiment
from domain.match import Match
from domain.match_facts import MatchFacts
from domain.moment import Moment, MomentType
from domain.placement import Placement, Rung
from domain.recommendation import Refusal
from domain.subject import CHANCES, GOAL_MOMENTS, SET_PIECES
from domain.subscription import Subscription
from lambdas.logic.audience_placements import AudiencePlacements
from lambdas.logic.placement_finder import PlacementFinder
from paths import CATALOGUE_FOLDER
from tests.support import fakes
from tests.support.dispatch_rig import DispatchRig, dispatch_rig

TRIALS = Experiment(season="fit", trial_share=0.5)


def default_components() -> list[Component]:
    """Return the components of the default catalogue."""
    document = json.loads((CATALOGUE_FOLDER / "components.json").read_text())
    return [Component.from_dict(value) for value in document["components"]]


def default_constraints() -> list[Constraint]:
    """Return the constraints of the default catalogue."""
    document = json.loads((CATALOGUE_FOLDER / "constraints.json").read_text())
    return [read_published(value) for value in document["constraints"]]


def contexts_of(match: Match, moments: Iterable[Moment]) -> Iterator[MatchContext]:
    """Return every version of the match's context."""
    context = initial_context(match)
    yield context
    for moment in moments:
        merged = merge(context, match, [moment])
        if merged is not None:
            context = merged
            yield context


@dataclass(slots=True, kw_only=True)
class FitCheck:
    """The number of placements that were checked, and a description of each that does not fit."""

    checked: int = 0
    broken: list[str] = field(default_factory=list)

    def check(self, match: Match, contexts: Iterable[MatchContext], *, seed: int = 0) -> None:
        """Place in every context for every cohort on every rung, with trials."""
        versions = list(contexts)
        for rung in Rung:
            shuffle = random.Random(seed)
            rig = _rig_on(rung, shuffle)
            finder = PlacementFinder(
                ladder=rig.ladder, catalogue=rig.catalogue, signer=fakes.a_signer(), experiment=TRIALS
            )
            for context in versions:
                _rank(rig, rung, shuffle)
                self._check_context(finder, rung, context, match)

    def _check_context(
        self, finder: PlacementFinder, rung: Rung, context: MatchContext, match: Match
    ) -> None:
        subscriptions = {
            viewer.viewer_id: _subscription(viewer, match, context) for viewer in _viewers(match)
        }
        audiences, found = finder.find(context, match, list(subscriptions.values()), {}, match.kick_off)
        for viewer_id, subscription in subscriptions.items():
            placements = found[audiences[viewer_id]]
            assert placements.recommendation.rung is rung, (placements.recommendation.rung, rung)
            self._check_placements(placements, subscription.viewer, context, match)
            if rung is Rung.KEEP:
                self._check_kept(finder, placements, subscription.viewer, MatchFacts.of(context, match))

    def _check_placements(
        self, placements: AudiencePlacements, viewer: ViewerTraits, context: MatchContext, match: Match
    ) -> None:
        now, calm = MatchFacts.of(context, match), MatchFacts.of(context.between_moments(), match)
        choice = placements.choice
        for screen, facts in ((choice.placements, now), (placements.afterwards, calm)):
            self._check_screen(screen, viewer, facts)
        for placed in (*choice.placements, *choice.alternatives):
            self._check_placement(placed, viewer, now)
        for placed in placements.afterwards:
            self._check_placement(placed, viewer, calm)

    def _check_screen(self, placed: Sequence[Placement], viewer: ViewerTraits, facts: MatchFacts) -> None:
        for kinds in ONCE_A_SCREEN:
            alike = [each.component for each in placed if kinds & {each.component.type, each.component.id}]
            if len(alike) > 1:
                self._report(f"stands beside {alike[0].id}", alike[1], viewer, facts)

    def _check_placement(self, placed: Placement, viewer: ViewerTraits, facts: MatchFacts) -> None:
        self.checked += 1
        fit = placed.component.only_when
        expected = EXPECTATIONS.get(placed.component.id, _always)
        if fit is not None and not fit.holds(facts, viewer.cohort):
            self._report("does not fit", placed.component, viewer, facts)
        if not expected(facts, viewer.cohort, placed):
            self._report("makes no sense", placed.component, viewer, facts)

    def _check_kept(
        self, finder: PlacementFinder, placements: AudiencePlacements, viewer: ViewerTraits, facts: MatchFacts
    ) -> None:
        for component in finder.catalogue.components().values():
            fit = component.only_when
            if fit is None or component.slot in placements.cleared:
                continue
            self.checked += 1
            if fit.subject is not None or not fit.holds(facts, viewer.cohort):
                self._report("may be kept", component, viewer, facts)

    def _report(self, what: str, component: Component, viewer: ViewerTraits, facts: MatchFacts) -> None:
        headline = facts.headline.id if facts.headline else "no headline"
        self.broken.append(f"{component.id} {what}: {facts.phase}, {headline}, {viewer.cohort.key}")


Expectation = Callable[[MatchFacts, Cohort, Placement], bool]


def _always(_facts: MatchFacts, _cohort: Cohort, _placed: Placement) -> bool:
    return True


def _has_headline(facts: MatchFacts, *kinds: MomentType) -> bool:
    return facts.headline is not None and facts.headline.type in kinds


def _is_about_the_player_of(*kinds: MomentType) -> Expectation:
    def expected(facts: MatchFacts, _cohort: Cohort, placed: Placement) -> bool:
        return (
            _has_headline(facts, *kinds)
            and facts.headline is not None
            and placed.subject is not None
            and placed.subject.player == facts.headline.player
            and placed.to_message()["title"].startswith(f"{placed.subject.player}, ")
        )

    return expected


def _is_a_keeper(facts: MatchFacts, _cohort: Cohort, placed: Placement) -> bool:
    return placed.subject is not None and any(
        player.position == "goalkeeper" and player.name == placed.subject.player
        for player in facts.match.line_ups
    )


def _is_open(facts: MatchFacts, _cohort: Cohort, _placed: Placement) -> bool:
    return facts.phase not in ("shoot_out", "finished")


def _is_close_and_late(facts: MatchFacts, _cohort: Cohort, _placed: Placement) -> bool:
    return (
        facts.match.stage in ("knockout", "final")
        and facts.phase == "last_five_minutes"
        and abs(facts.score.difference) < 2
    )


def _gained(facts: MatchFacts, cohort: Cohort, _placed: Placement) -> bool:
    return facts.headline is not None and facts.headline.team == cohort.favourite_team


def _conceded(facts: MatchFacts, cohort: Cohort, placed: Placement) -> bool:
    return not _gained(facts, cohort, placed) and cohort.favourite_team != UNKNOWN


def _during(*kinds: MomentType) -> Expectation:
    return lambda facts, _cohort, _placed: _has_headline(facts, *kinds)


def _may_sell(facts: MatchFacts, cohort: Cohort, placed: Placement) -> bool:
    return not _has_headline(facts, *IN_AN_ATTACK, *UNDECIDED, *EMERGENCIES)


def _is_safe_to_predict(facts: MatchFacts, cohort: Cohort, placed: Placement) -> bool:
    covers_a_set_piece = placed.component.slot is Slot.OVERLAY and _has_headline(facts, *SET_PIECES)
    is_undecided = _has_headline(facts, MomentType.VAR_CHECK, MomentType.PENALTY_AWARDED, *EMERGENCIES)
    return _is_open(facts, cohort, placed) and not covers_a_set_piece and not is_undecided


def _is_a_quiet_moment(facts: MatchFacts, _cohort: Cohort, _placed: Placement) -> bool:
    return not _has_headline(facts, *GOAL_MOMENTS, *IN_AN_ATTACK, *EMERGENCIES)


def _is_a_lead_near_the_end(facts: MatchFacts, _cohort: Cohort, _placed: Placement) -> bool:
    return (
        _has_headline(facts, MomentType.LAST_MINUTES, MomentType.ADDED_TIME)
        and facts.phase in ("last_five_minutes", "extra_time")
        and facts.score.leader is not None
    )


ONCE_A_SCREEN: tuple[set[str], ...] = (
    {"quiz", "bet_slip"},
    {"food_offer"},
    {"advert"},
    {"prediction-next-goal", "poll-next-goal"},
)
"""Types and ids of which a screen has one: the same question, game or kind of offer twice is too much."""
IN_AN_ATTACK = CHANCES | SET_PIECES | {MomentType.PRESSURE}
UNDECIDED = frozenset({MomentType.VAR_CHECK, MomentType.PENALTY_AWARDED, MomentType.PENALTY_MISSED})
EMERGENCIES = frozenset({MomentType.INJURY, MomentType.STOPPAGE})
EXPECTATIONS: dict[str, Expectation] = {
    "food-pizza": lambda facts, _cohort, _placed: facts.phase == "half_time",
    "win-probability-extra-time": _is_close_and_late,
    "poll-next-goal": _is_open,
    "prediction-next-goal": _is_safe_to_predict,
    "prediction-final-score": _is_safe_to_predict,
    "win-probability": _is_open,
    "poll-red-card": _during(MomentType.RED_CARD),
    "poll-big-chance": _during(MomentType.BIG_CHANCE, MomentType.WOODWORK),
    "poll-save": _during(MomentType.SHOT_ON_TARGET),
    "poll-set-piece": _during(*SET_PIECES),
    "poll-pressure": _during(MomentType.PRESSURE),
    "poll-var": _during(MomentType.VAR_CHECK),
    "poll-added-time": _during(MomentType.ADDED_TIME),
    "poll-lead": _is_a_lead_near_the_end,
    "food-drinks": _during(MomentType.DRINKS_BREAK),
    "food-snacks": _may_sell,
    "scarf-final": _may_sell,
    "advert-airline": _may_sell,
    "quiz-rules": _is_a_quiet_moment,
    "quiz-history": _is_a_quiet_moment,
    "player-card-chance": _is_about_the_player_of(*CHANCES),
    "player-card-set-piece": _is_about_the_player_of(*SET_PIECES),
    "player-card-scorer": _is_about_the_player_of(*GOAL_MOMENTS),
    "player-card-substitute": _is_about_the_player_of(MomentType.SUBSTITUTION),
    "player-card-booked": _is_about_the_player_of(MomentType.YELLOW_CARD),
    "player-card-sent-off": _is_about_the_player_of(MomentType.RED_CARD),
    "player-card-penalty": _is_about_the_player_of(MomentType.PENALTY_MISSED, MomentType.SHOOT_OUT_KICK),
    "player-card-keeper": _is_a_keeper,
    "shirt-home": lambda facts, cohort, _placed: cohort.favourite_team == facts.match.home.name,
    "shirt-away": lambda facts, cohort, _placed: cohort.favourite_team == facts.match.away.name,
    "poll-celebration": _gained,
    "chat-consolation": _conceded,
}
"""What people expect of some components, stated apart from the catalogue."""


def _rig_on(rung: Rung, shuffle: random.Random) -> DispatchRig:
    """Return a rig whose ladder stops at this rung."""
    rig = dispatch_rig()
    rig.catalogue.rules = default_constraints()
    components = default_components()
    ranks: list[int | None] = [*shuffle.sample(range(len(components)), len(components))]
    if rung is Rung.KEEP:
        ranks = [None] * len(components)
    rig.catalogue.known = {
        component.id: replace(component, editorial_rank=rank)
        for component, rank in zip(components, ranks, strict=True)
    }
    rig.ladder.per_viewer = rung is Rung.VIEWER
    if rung not in (Rung.VIEWER, Rung.COHORT):
        rig.recommender.refusal = Refusal.MISSING
    return rig


def _rank(rig: DispatchRig, rung: Rung, shuffle: random.Random) -> None:
    """Rank the components in another order."""
    ids = tuple(shuffle.sample(list(rig.catalogue.known), len(rig.catalogue.known)))
    rig.recommender.ranking = ids
    rig.catalogue.popular = {} if rung in (Rung.EDITORIAL, Rung.KEEP) else {"ALL": ids}


def _viewers(match: Match) -> list[ViewerTraits]:
    """Return a viewer of each cohort for which fits and constraints differ."""
    return [
        ViewerTraits(
            viewer_id=f"{team}-{age}",
            cohort=Cohort(favourite_team=team, age_band=age, country="IT", tier="free"),
            consents=consents,
        )
        for team in (match.home.name, match.away.name, UNKNOWN)
        for age, consents in (("25-34", frozenset({"advertising"})), ("13-17", frozenset[str]()))
    ]


def _subscription(viewer: ViewerTraits, match: Match, context: MatchContext) -> Subscription:
    return Subscription(
        match_id=match.id,
        connection_id=viewer.viewer_id,
        viewer=viewer,
        expires_at=match.kick_off.replace(year=match.kick_off.year + 1),
        last_version=context.version - 1,
    )
