"""The clickstream that simulated viewers leave: what they were shown, and what they did with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from domain.cohort import Cohort
from domain.component import Slot
from domain.interaction import Interaction, InteractionType, RecordedInteraction
from local.study.simulator.population import Floats, Ints
from local.study.simulator.world import SimulatedWorld

SLATE = len(Slot)
BEGINNING = datetime(2021, 6, 1, 19, 0, tzinfo=UTC)
DISMISSAL_RATE = 0.05
SECONDS_BETWEEN = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Clickstream:
    """Occasions on which viewers saw slates; all arrays have one row per occasion."""

    viewer: Ints
    situation: Ints
    slate: Ints
    taken: np.ndarray[Any, np.dtype[np.bool_]]
    propensity: Floats


def simulate(world: SimulatedWorld, interactions: int, *, seed: int = 0) -> Clickstream:
    """Random slates, one component per slot, shown to viewers who are not held out.

    There are as many occasions as give `interactions` clickstream. Choosing by chance keeps the propensities
    known, which is what offline evaluation asks for.
    """
    chance = np.random.default_rng([world.seed, seed])
    occasions = max(1, interactions // SLATE)
    members = len(world.population) - world.held_out
    viewer = chance.integers(0, members, occasions)
    situation = world.situations.draw(occasions, chance)
    slots = [
        np.array([at for at, component in enumerate(world.components) if component.slot is slot], np.int64)
        for slot in Slot
    ]
    slots = [slot for slot in slots if len(slot)]
    slate = np.column_stack([slot[chance.integers(0, len(slot), occasions)] for slot in slots])
    slate = chance.permuted(slate, axis=1)
    sizes = {int(item): len(slot) for slot in slots for item in slot}
    propensity = 1.0 / np.vectorize(sizes.__getitem__)(slate)
    odds = world.truth.log_odds(world.population.cohort[viewer], viewer, situation)
    shown = np.take_along_axis(odds, slate, axis=1)
    kinds = world.truth.kind[slate]
    repeats = np.zeros_like(shown)
    for at in range(1, slate.shape[1]):
        repeats[:, at] = (kinds[:, :at] == kinds[:, at : at + 1]).sum(axis=1)
    place = np.broadcast_to(np.arange(slate.shape[1], dtype=float), shown.shape)
    taken = chance.random(shown.shape) < world.truth.engagement(shown, place, repeats)
    return Clickstream(viewer=viewer, situation=situation, slate=slate, taken=taken, propensity=propensity)


def records(world: SimulatedWorld, clickstream: Clickstream) -> Iterator[RecordedInteraction]:
    """Yield the records of the interactions stream: impressions, clicks and a few dismissals."""
    chance = np.random.default_rng([world.seed, 1])
    dismissed = chance.random(clickstream.taken.shape) < DISMISSAL_RATE
    cohorts: list[Cohort] = list(world.population.cohorts)
    for row in range(len(clickstream.viewer)):
        viewer = int(clickstream.viewer[row])
        shown = [world.components[at] for at in clickstream.slate[row]]
        at = BEGINNING + timedelta(seconds=SECONDS_BETWEEN * row)
        for place, component in enumerate(shown):
            acts = [InteractionType.IMPRESSION]
            if clickstream.taken[row, place]:
                acts.append(InteractionType.CLICK)
            elif dismissed[row, place]:
                acts.append(InteractionType.DISMISSAL)
            for later, act in enumerate(acts):
                yield RecordedInteraction(
                    interaction=Interaction(
                        type=act,
                        component_id=component.id,
                        slot=component.slot,
                        version=row + 1,
                        occurred_at=at + timedelta(seconds=later),
                        recommendation_id=f"simulated-{row}",
                        value=1.0 if act is InteractionType.CLICK else None,
                        impression=tuple(other.id for other in shown),
                    ),
                    match_id=f"simulated-{row // 1000}",
                    viewer_id=world.population.viewer_ids[viewer],
                    cohort_key=cohorts[int(world.population.cohort[viewer])].key,
                    session_id=f"session-{viewer}-{row // 1000}",
                    columns=dict(world.situations.contexts[int(clickstream.situation[row])]),
                )
