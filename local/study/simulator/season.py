"""A season with an experiment, as its logs would tell it: decisions with propensities, and interactions.

The viewers that are served see what suits their cohort in the context, and now and then a slot tries another
component; those held out see what is popular. The truth behind both is known, which no real season tells.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from domain.choice import Choice, choose
from domain.cohort import ViewerTraits
from domain.component import Component
from domain.experiment import Experiment
from domain.placement import Placement, Rung
from domain.trial import Trial
from local.study.simulator.population import Floats, Ints
from local.study.simulator.world import SimulatedWorld

MATCH = "simulated-season"
ATTENDANCE = 0.25
"""The share of the viewers who see a version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """The logs, and for each arm and for the best of each pool the engagements per impression in truth."""

    decisions: list[dict[str, Any]] = field(default_factory=list)
    interactions: list[dict[str, Any]] = field(default_factory=list)
    expected: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})
    expected_best: list[float] = field(default_factory=list)


def play_season(world: SimulatedWorld, experiment: Experiment, *, versions: int, seed: int = 0) -> Season:
    """Every version of a season, shown to whoever is there."""
    chance = np.random.default_rng([world.seed, 3, seed])
    held = np.array([experiment.holds_out(viewer_id) for viewer_id in world.population.viewer_ids])
    popularity = np.einsum("s,csi->i", world.situations.shares, world.truth.by_cohort)
    season = Season()
    for version, situation in enumerate(world.situations.draw(versions, chance), start=1):
        there = np.flatnonzero(chance.random(len(world.population)) < ATTENDANCE)
        for cohort in np.unique(world.population.cohort[there]):
            members = there[world.population.cohort[there] == cohort]
            for holdout in (False, True):
                group = members[held[members] == holdout]
                if len(group):
                    scores = popularity if holdout else world.truth.by_cohort[cohort, situation]
                    choice = _choice(world, scores, int(cohort), experiment, holdout, version)
                    _show(season, world, choice, group, int(situation), holdout, version, chance)
    return season


def _choice(
    world: SimulatedWorld, scores: Floats, cohort: int, experiment: Experiment, holdout: bool, version: int
) -> Choice:
    ranked = [world.components[at] for at in np.argsort(-scores, kind="stable")]
    traits = ViewerTraits(viewer_id="anybody", cohort=world.population.cohorts[cohort])
    rung = Rung.POPULARITY if holdout else Rung.COHORT
    choice = choose(ranked=ranked, constraints=(), viewer=traits, headline=None, blocked={}, rung=rung)
    if holdout:
        return choice
    draw = partial(experiment.draw, MATCH, str(version), traits.cohort.key)
    return Trial(share=experiment.trial_share, draw=draw).vary(choice, ranked, _anything)


def _anything(_component: Component, _others: Sequence[Component]) -> bool:
    return True


def _show(
    season: Season,
    world: SimulatedWorld,
    choice: Choice,
    group: Ints,
    situation: int,
    holdout: bool,
    version: int,
    chance: np.random.Generator,
) -> None:
    cohort = world.population.cohort_of(int(group[0])).key
    columns = world.situations.contexts[situation]
    about = {"match_id": MATCH, "version": version, "cohort": cohort, "columns": columns, "holdout": holdout}
    season.decisions.append(
        {
            **about,
            "viewers": len(group),
            "rung": choice.placements[0].rung.value,
            "placements": [_logged(placed) for placed in choice.placements],
        }
    )
    number = {component.id: at for at, component in enumerate(world.components)}
    odds = world.truth.log_odds(world.population.cohort[group], group, np.full(len(group), situation))
    for place, placed in enumerate(choice.placements):
        engagement = partial(world.truth.engagement, place=np.full(1, float(place)), fatigue=np.zeros(1))
        likely = engagement(odds[:, number[placed.component.id]])
        season.expected[holdout].extend(likely.tolist())
        if len(placed.pool) > 1:
            season.expected_best.extend(engagement(odds[:, number[placed.pool[0]]]).tolist())
        taken = chance.random(len(group)) < likely
        viewer_ids = [world.population.viewer_ids[at] for at in group]
        season.interactions.extend(_acts(about, placed, viewer_ids, taken))


def _logged(placed: Placement) -> dict[str, Any]:
    return {
        "slot": placed.component.slot.value,
        "component_id": placed.component.id,
        "rank": placed.rank,
        "propensity": placed.propensity,
        "pool": list(placed.pool),
    }


def _acts(
    about: Mapping[str, Any], placed: Placement, viewer_ids: Sequence[str], taken: Any
) -> Iterator[dict[str, Any]]:
    for viewer_id, engaged in zip(viewer_ids, taken, strict=True):
        for kind in ("impression", "click") if engaged else ("impression",):
            yield {
                **about,
                "interaction_id": f"{viewer_id}/{about['version']}/{placed.component.id}/{kind}",
                "viewer_id": viewer_id,
                "type": kind,
                "component_id": placed.component.id,
                "slot": placed.component.slot.value,
            }
