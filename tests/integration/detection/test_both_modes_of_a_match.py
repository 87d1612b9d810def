"""A whole match in both delivery modes: every viewer sees the same, with caps and cool-downs that fill up."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from domain.choice import Exposure, add_exposures
from domain.cohort import ViewerTraits
from domain.context import MatchContext
from domain.experiment import Experiment
from domain.match import Match
from domain.moment import Moment
from lambdas.logic.placement_finder import PlacementFinder
from local.play.feeds.bundled import BUNDLED_FEEDS
from local.play.feeds.loading import load_feed
from tests.support.any_catalogue import any_viewer
from tests.support.both_modes import BothModes
from tests.support.dispatch_rig import dispatch_rig
from tests.support.fit_check import contexts_of, default_components, default_constraints
from tests.support.real_data import real_data
from tests.support.real_matches import MATCH_IDS, moments_of

VIEWERS = 24
NAMED_ONE_IN = 6
EXPERIMENT = Experiment(season="parity", holdout_share=0.1, trial_share=0.2)


@dataclass(slots=True, kw_only=True)
class Watching:
    """A viewer, and what they have seen."""

    viewer: ViewerTraits
    by_name: bool
    seen: Mapping[str, Exposure] = field(default_factory=dict)


def play(match: Match, moments: Sequence[Moment]) -> tuple[int, int]:
    """Show each version to each viewer in both modes; return placements, and how many a limit refused."""
    chance = random.Random(match.id)
    viewers = [fan_of(match, any_viewer(chance, number), number) for number in range(VIEWERS)]
    placed = limited = 0
    limits = {rule.id for rule in default_constraints() if rule.maximum or rule.seconds}
    for context in contexts_of(match, moments):
        modes = BothModes(
            finder=a_finder(chance),
            context=context,
            match=match,
            now=context.media_window(match).not_before + timedelta(seconds=2),
        )
        for each in viewers:
            by_server = modes.on_connections(each.viewer, each.seen, by_name=each.by_name)
            named_as = each.viewer if each.by_name else None
            assert modes.on_channel(each.viewer, each.seen, named_as=named_as) == by_server
            placed += len(by_server["placements"])
            limited += sum(bool(limits & set(shown["constraints"])) for shown in by_server["placements"])
            each.seen = after_seeing(by_server["placements"], each.seen, context, modes.now)
    return placed, limited


def fan_of(match: Match, viewer: ViewerTraits, number: int) -> Watching:
    """Return a viewer of one of the match's teams, or of none."""
    teams = (match.home.name, match.away.name, "unknown")
    cohort = replace(viewer.cohort, favourite_team=teams[number % len(teams)])
    return Watching(viewer=replace(viewer, cohort=cohort), by_name=number % NAMED_ONE_IN == 0)


def a_finder(chance: random.Random) -> PlacementFinder:
    """Return a finder on the default catalogue, whose campaign ranks it in some order."""
    rig = dispatch_rig()
    components = default_components()
    rig.catalogue.known = {each.id: each for each in components}
    rig.catalogue.rules = default_constraints()
    ranking = [each.id for each in components]
    rig.catalogue.popular = {"ALL": tuple(ranking)}
    chance.shuffle(ranking)
    rig.recommender.ranking = tuple(ranking)
    return PlacementFinder(
        ladder=rig.ladder,
        catalogue=rig.catalogue,
        signer=rig.placement_finder.signer,
        experiment=EXPERIMENT,
    )


def after_seeing(
    placements: Sequence[Mapping[str, str]],
    before: Mapping[str, Exposure],
    context: MatchContext,
    now: datetime,
) -> Mapping[str, Exposure]:
    """Return what a viewer has seen after a version: each of its components once."""
    at = now + timedelta(milliseconds=context.version)
    return add_exposures(before, [(each["componentId"], at) for each in placements])


def test_a_bundled_match_is_the_same_in_both_modes() -> None:
    feed = load_feed(
        "statsbomb",
        BUNDLED_FEEDS / "statsbomb_15986_event.json",
        BUNDLED_FEEDS / "statsbomb_15986_lineup.json",
    )
    placed, limited = play(feed.match, moments_of(feed.match.id, feed.signals))
    assert placed > VIEWERS
    assert limited > 0


@pytest.mark.realdata
@pytest.mark.parametrize("match_id", MATCH_IDS[:3])
def test_a_real_match_is_the_same_in_both_modes(match_id: str) -> None:
    feed = load_feed("wyscout", real_data(f"wyscout/{match_id}.json.gz"))
    placed, limited = play(feed.match, moments_of(feed.match.id, feed.signals))
    print(f"{feed.match.home.name}-{feed.match.away.name}: {placed} placements, {limited} after a limit")
    assert limited > 0
