"""Simulate a season with an experiment: the logs of decisions with propensities, and of interactions.

Served viewers see the best components for their cohort and context, with random trials in some slots.
Held-out viewers see popular components. The expected engagement of both is known.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from local.study.simulator.truth import RandomTruth, engagement_probability
from local.study.simulator.world import SimulatedWorld

MATCH = "simulated-season"
ATTENDANCE = 0.25
"""The share of viewers who see a version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """The logs, and the true engagement probabilities.

    `expected` has those of the components shown, by holdout; `expected_best` those of top-ranked components.
    """

    decisions: list[dict[str, Any]] = field(default_factory=list)
    interactions: list[dict[str, Any]] = field(default_factory=list)
    expected: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})
    expected_best: list[float] = field(default_factory=list)


def simulate_season(
    world: SimulatedWorld[RandomTruth], experiment: Experiment, *, versions: int, seed: int = 0
) -> Season:
    """Simulate every context version of a season."""
    rng = np.random.default_rng([world.seed, 3, seed])
    held = np.array([experiment.holds_out(viewer_id) for viewer_id in world.population.viewer_ids])
    popularity = np.einsum("s,csi->i", world.situations.shares, world.truth.by_cohort)
    season = Season()
    for version, situation in enumerate(world.situations.draw(versions, rng), start=1):
        present = np.flatnonzero(rng.random(len(world.population)) < ATTENDANCE)
        for cohort in np.unique(world.population.cohort[present]):
            members = present[world.population.cohort[present] == cohort]
            for holdout in (False, True):
                group = members[held[members] == holdout]
                if len(group):
                    scores = popularity if holdout else world.truth.by_cohort[cohort, situation]
                    choice = _choice(world, scores, int(cohort), experiment, holdout, version)
                    _show(season, world, choice, group, int(situation), holdout, version, rng)
    return season


def _choice(
    world: SimulatedWorld[RandomTruth],
    scores: Floats,
    cohort: int,
    experiment: Experiment,
    holdout: bool,
    version: int,
) -> Choice:
    # A random world knows no match, so its components fit always.
    ranked = [replace(world.components[at], only_when=None) for at in np.argsort(-scores, kind="stable")]
    traits = ViewerTraits(viewer_id="cohort-member", cohort=world.population.cohorts[cohort])
    rung = Rung.POPULARITY if holdout else Rung.COHORT
    choice = choose(ranked=ranked, constraints=(), viewer=traits, facts=None, blocked={}, rung=rung)
    if holdout:
        return choice
    draw = partial(experiment.draw, MATCH, str(version), traits.cohort.key)
    return Trial(share=experiment.trial_share, draw=draw).vary(choice, ranked, _allow_any)


def _allow_any(_component: Component, _others: Sequence[Component]) -> bool:
    return True


def _show(
    season: Season,
    world: SimulatedWorld[RandomTruth],
    choice: Choice,
    group: Ints,
    situation: int,
    holdout: bool,
    version: int,
    rng: np.random.Generator,
) -> None:
    cohort = world.population.cohort_of(int(group[0])).key
    columns = world.situations.contexts[situation]
    common = {"match_id": MATCH, "version": version, "cohort": cohort, "columns": columns, "holdout": holdout}
    season.decisions.append(
        {
            **common,
            "viewers": len(group),
            "rung": choice.placements[0].rung.value,
            "placements": [_logged_placement(placed) for placed in choice.placements],
        }
    )
    number = {component.id: at for at, component in enumerate(world.components)}
    odds = world.truth.log_odds(world.population.cohort[group], group, np.full(len(group), situation))
    for place, placed in enumerate(choice.placements):
        engagement = partial(engagement_probability, place=np.full(1, float(place)), fatigue=np.zeros(1))
        probabilities = engagement(odds[:, number[placed.component.id]])
        season.expected[holdout].extend(probabilities.tolist())
        if len(placed.pool) > 1:
            season.expected_best.extend(engagement(odds[:, number[placed.pool[0]]]).tolist())
        engaged = rng.random(len(group)) < probabilities
        viewer_ids = [world.population.viewer_ids[at] for at in group]
        season.interactions.extend(_interactions(common, placed, viewer_ids, engaged))


def _logged_placement(placed: Placement) -> dict[str, Any]:
    return {
        "slot": placed.component.slot.value,
        "component_id": placed.component.id,
        "rank": placed.rank,
        "propensity": placed.propensity,
        "pool": list(placed.pool),
    }


def _interactions(
    common: Mapping[str, Any], placed: Placement, viewer_ids: Sequence[str], engaged: Any
) -> Iterator[dict[str, Any]]:
    for viewer_id, clicked in zip(viewer_ids, engaged, strict=True):
        for kind in ("impression", "click") if clicked else ("impression",):
            yield {
                **common,
                "interaction_id": f"{viewer_id}/{common['version']}/{placed.component.id}/{kind}",
                "viewer_id": viewer_id,
                "type": kind,
                "component_id": placed.component.id,
                "slot": placed.component.slot.value,
            }
