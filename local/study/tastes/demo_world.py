"""The demo's world: viewers of two teams, whose taps follow the table of tastes."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from domain.cohort import UNKNOWN
from domain.component import Component
from domain.constraint import Constraint, read_published
from domain.match import Match
from local.study.simulator.population import Floats, draw_consents, make_population
from local.study.simulator.situations import Situations
from local.study.simulator.world import SITUATIONS, SimulatedWorld, read_components
from local.study.tastes.simulated_states import draw_states
from local.study.tastes.taste_table import TasteTable, default_table
from local.study.tastes.taste_truth import TasteTruth, TasteTruthBuilder
from paths import CONSTRAINTS_FILE

HIGHEST_EXPOSURE = 20.0
"""The exposure of a component that fits in one situation of twenty or fewer; one that always fits has 1."""
COUNTRIES_OF_TEAMS = {"Italy": "IT", "Turkey": "TR"}


def read_constraints(path: Path = CONSTRAINTS_FILE) -> tuple[Constraint, ...]:
    """Return the constraints of a catalogue file."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        read_published(value, f"constraints[{at}]") for at, value in enumerate(document["constraints"])
    )


def make_demo_world(
    match: Match,
    *,
    seed: int,
    components: Sequence[Component] | None = None,
    constraints: Sequence[Constraint] | None = None,
    table: TasteTable | None = None,
    viewers: int = 2000,
    held_out: int = 1000,
    countries_of_teams: Mapping[str, str] = COUNTRIES_OF_TEAMS,
) -> SimulatedWorld[TasteTruth]:
    """Create the world of a seed, in which the teams of a match have played before.

    `viewers` have a clickstream and `held_out` have none.
    """
    streams = [np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(4)]
    teams = (match.home.name, match.away.name)
    population = make_population(
        viewers + held_out,
        teams=(*teams, UNKNOWN),
        rng=streams[0],
        countries_of_teams={team: country for team, country in countries_of_teams.items() if team in teams},
    )
    states = draw_states(match, SITUATIONS, streams[1])
    catalogue = tuple(components or read_components())
    builder = TasteTruthBuilder(
        table=table or default_table(),
        components=catalogue,
        constraints=read_constraints() if constraints is None else constraints,
        teams=teams,
    )
    consents = draw_consents(len(population), streams[2])
    truth = builder.build(population, consents, states, streams[3])
    return SimulatedWorld(
        seed=seed,
        components=catalogue,
        situations=Situations(
            contexts=tuple(state.columns for state in states), shares=np.full(len(states), 1 / len(states))
        ),
        population=population,
        held_out=held_out,
        truth=truth,
        exposure=_exposure(truth),
    )


def _exposure(truth: TasteTruth) -> Floats:
    """Return the exposure of each component: one that fits half as often is shown twice as readily.

    Otherwise a component for few situations would have too few impressions to be learned.
    """
    fits = np.isfinite(truth.by_group).mean(axis=(0, 1))
    exposure: Floats = 1.0 / np.maximum(fits, 1.0 / HIGHEST_EXPOSURE)
    return exposure
