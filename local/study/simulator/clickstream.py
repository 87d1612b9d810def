"""The clickstream of a simulated world: what its viewers were shown, and what they engaged with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from domain.component import Slot
from domain.interaction import InteractionType, RecordedInteraction
from local.study.simulator.population import Floats, Ints
from local.study.simulator.shown_components import ShownComponents
from local.study.simulator.world import SimulatedWorld

SLATE_SIZE = len(Slot)
START = datetime(2021, 6, 1, 19, 0, tzinfo=UTC)
INTERVAL_SECONDS = 7
"""The time between two slates."""
DISMISSAL_RATE = 0.05
SLATES_PER_MATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Clickstream:
    """Slates of components that viewers were shown; all arrays have one row per slate.

    `slate` has the component's index, `engaged` and `propensity` a value, for each place in the slate.
    """

    viewer: Ints
    situation: Ints
    slate: Ints
    engaged: np.ndarray[Any, np.dtype[np.bool_]]
    propensity: Floats


def simulate(world: SimulatedWorld, interactions: int, *, seed: int = 0) -> Clickstream:
    """Show random slates, one component per slot, to viewers who are not held out.

    There are as many slates as give `interactions` impressions. Random slates have known propensities, which
    off-policy evaluation needs.
    """
    rng = np.random.default_rng([world.seed, seed])
    count = max(1, interactions // SLATE_SIZE)
    members = len(world.population) - world.held_out
    viewer = rng.integers(0, members, count)
    situation = world.situations.draw(count, rng)
    slots = [
        np.array([at for at, component in enumerate(world.components) if component.slot is slot], np.int64)
        for slot in Slot
    ]
    slots = [slot for slot in slots if len(slot)]
    slate = np.column_stack([slot[rng.integers(0, len(slot), count)] for slot in slots])
    slate = rng.permuted(slate, axis=1)
    sizes = {int(item): len(slot) for slot in slots for item in slot}
    propensity = 1.0 / np.vectorize(sizes.__getitem__)(slate)
    odds = world.truth.log_odds(world.population.cohort[viewer], viewer, situation)
    shown = np.take_along_axis(odds, slate, axis=1)
    kinds = world.truth.kind[slate]
    repeats = np.zeros_like(shown)
    for at in range(1, slate.shape[1]):
        repeats[:, at] = (kinds[:, :at] == kinds[:, at : at + 1]).sum(axis=1)
    place = np.broadcast_to(np.arange(slate.shape[1], dtype=float), shown.shape)
    engaged = rng.random(shown.shape) < world.truth.engagement(shown, place, repeats)
    return Clickstream(
        viewer=viewer, situation=situation, slate=slate, engaged=engaged, propensity=propensity
    )


def records(world: SimulatedWorld, clickstream: Clickstream) -> Iterator[RecordedInteraction]:
    """Yield the records of the interactions stream: impressions, clicks and a few dismissals."""
    rng = np.random.default_rng([world.seed, 1])
    dismissed = rng.random(clickstream.engaged.shape) < DISMISSAL_RATE
    for row, viewer in enumerate(clickstream.viewer.tolist()):
        match = row // SLATES_PER_MATCH
        shown = ShownComponents(
            match_id=f"simulated-{match}",
            viewer_id=world.population.viewer_ids[viewer],
            cohort_key=world.population.cohort_of(viewer).key,
            session_id=f"session-{viewer}-{match}",
            version=row + 1,
            columns=world.situations.contexts[int(clickstream.situation[row])],
            components=[world.components[at] for at in clickstream.slate[row]],
            shown_at=START + timedelta(seconds=INTERVAL_SECONDS * row),
            recommendation_id=f"simulated-{row}",
        )
        for place, component in enumerate(shown.components):
            reaction = None
            if clickstream.engaged[row, place]:
                reaction = InteractionType.CLICK
            elif dismissed[row, place]:
                reaction = InteractionType.DISMISSAL
            yield from shown.records(component, reaction)
