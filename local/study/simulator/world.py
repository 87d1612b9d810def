"""A simulated world: a population, a catalogue, situations and the hidden truth."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np

from domain.component import Component, Slot
from local.study.simulator.population import Floats, Ints, Population, make_population
from local.study.simulator.situations import Situations, make_situations
from local.study.simulator.truth import RandomTruth, Truth, make_random_truth
from paths import COMPONENTS_FILE

DEFAULT_TEAMS = ("Italy", "Turkey", "unknown")
SITUATIONS = 400
T = TypeVar("T", bound=Truth, covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedWorld(Generic[T]):
    """The world of a seed; the last `held_out` viewers of the population have no clickstream.

    `exposure` is how readily each component is shown among those of its slot that may be.
    """

    seed: int
    components: tuple[Component, ...]
    situations: Situations
    population: Population
    held_out: int
    truth: T
    exposure: Floats

    @property
    def slots(self) -> list[Ints]:
        """The numbers of the components of each slot that has any."""
        by_slot = [
            [at for at, component in enumerate(self.components) if component.slot is slot] for slot in Slot
        ]
        return [np.array(numbers, np.int64) for numbers in by_slot if numbers]

    def log_odds(self, viewer: Ints, situation: Ints) -> Floats:
        """Return the true log-odds of each component, a row per request; see `Truth.log_odds`."""
        return self.truth.log_odds(self.population.cohort[viewer], viewer, situation)


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
) -> SimulatedWorld[RandomTruth]:
    """Create the random world of a seed.

    `viewers` have a clickstream and `held_out` have none.
    """
    streams = [np.random.default_rng(each) for each in np.random.SeedSequence(seed).spawn(4)]
    catalogue = tuple(components or read_components())
    population = make_population(viewers + held_out, teams=teams, rng=streams[0])
    situations = make_situations(SITUATIONS, rng=streams[1])
    truth = make_random_truth(population, situations, catalogue, cohort_rng=streams[2], viewer_rng=streams[3])
    return SimulatedWorld(
        seed=seed,
        components=catalogue,
        situations=situations,
        population=population,
        held_out=held_out,
        truth=truth,
        exposure=np.ones(len(catalogue)),
    )
