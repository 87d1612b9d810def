"""The simulated world: a population, a catalogue, situations and the hidden truth."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from domain.component import Component
from local.study.simulator.population import Population, make_population
from local.study.simulator.situations import Situations, make_situations
from local.study.simulator.truth import Truth, make_truth
from paths import COMPONENTS_FILE

DEFAULT_TEAMS = ("Italy", "Turkey", "unknown")
SITUATIONS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedWorld:
    """The world of a seed; the last `held_out` viewers of the population have no clickstream."""

    seed: int
    components: tuple[Component, ...]
    situations: Situations
    population: Population
    held_out: int
    truth: Truth


def read_components(path: Path = COMPONENTS_FILE) -> tuple[Component, ...]:
    """Return the components of a catalogue file."""
    document = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Component.from_dict(value, f"components[{at}]") for at, value in enumerate(document["components"])
    )


def make_world(
    seed: int,
    *,
    components: Sequence[Component] | None = None,
    teams: tuple[str, ...] = DEFAULT_TEAMS,
    viewers: int = 2000,
    held_out: int = 1000,
) -> SimulatedWorld:
    """Create the world of a seed, with `viewers` who have a clickstream and `held_out` who have none."""
    streams = [np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(4)]
    catalogue = tuple(components or read_components())
    population = make_population(viewers + held_out, teams=teams, rng=streams[0])
    situations = make_situations(SITUATIONS, rng=streams[1])
    truth = make_truth(population, situations, catalogue, cohort_rng=streams[2], viewer_rng=streams[3])
    return SimulatedWorld(
        seed=seed,
        components=catalogue,
        situations=situations,
        population=population,
        held_out=held_out,
        truth=truth,
    )
