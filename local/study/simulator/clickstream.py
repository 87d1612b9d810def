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
from local.study.simulator.truth import Truth, engagement_probability
from local.study.simulator.world import SimulatedWorld

SLATE_SIZE = len(Slot)
START = datetime(2021, 6, 1, 19, 0, tzinfo=UTC)
INTERVAL_SECONDS = 7
"""The time between two slates."""
DISMISSAL_RATE = 0.05
SLATES_PER_MATCH = 1000
NOTHING = -1
"""Stands in a slate for a slot without a component that may be shown; always after the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clickstream:
    """Slates of components that viewers were shown; all arrays have one row per slate.

    `slate` has the component's index, or NOTHING, `engaged` and `propensity` a value, for each place in the
    slate.
    """

    viewer: Ints
    situation: Ints
    slate: Ints
    engaged: np.ndarray[Any, np.dtype[np.bool_]]
    propensity: Floats


def simulate(world: SimulatedWorld[Truth], interactions: int, *, seed: int = 0) -> Clickstream:
    """Show random slates, one component per slot, to viewers who are not held out.

    There are as many slates as give `interactions` impressions at most. Random slates have known
    propensities, which off-policy evaluation needs.
    """
    rng = np.random.default_rng([world.seed, seed])
    count = max(1, interactions // SLATE_SIZE)
    viewer = rng.integers(0, len(world.population) - world.held_out, count)
    situation = world.situations.draw(count, rng)
    odds = world.log_odds(viewer, situation)
    slate, propensity = draw_slates(world, odds, rng)
    shown = shown_odds(odds, slate)
    kinds = world.truth.kind[slate]
    repeats = np.zeros_like(shown)
    for at in range(1, slate.shape[1]):
        repeats[:, at] = (kinds[:, :at] == kinds[:, at : at + 1]).sum(axis=1)
    place = np.broadcast_to(np.arange(slate.shape[1], dtype=float), shown.shape)
    engaged = rng.random(shown.shape) < engagement_probability(shown, place, repeats)
    return Clickstream(
        viewer=viewer, situation=situation, slate=slate, engaged=engaged, propensity=propensity
    )


def draw_slates(
    world: SimulatedWorld[Truth], log_odds: Floats, rng: np.random.Generator
) -> tuple[Ints, Floats]:
    """Draw for each request one component per slot that may be shown, by its exposure, in random order.

    Return the slates and the propensity of each place.
    """
    weights = np.where(np.isfinite(log_odds), world.exposure, 0.0)
    slates, propensities = [], []
    for slot in world.slots:
        cumulative = weights[:, slot].cumsum(axis=1)
        total = cumulative[:, -1:]
        drawn = (rng.random(total.shape) * total >= cumulative).sum(axis=1).clip(max=len(slot) - 1)
        is_shown = total[:, 0] > 0
        slates.append(np.where(is_shown, slot[drawn], NOTHING))
        chosen = np.take_along_axis(weights[:, slot], drawn[:, None], axis=1)[:, 0]
        propensities.append(np.where(is_shown, chosen / np.maximum(total[:, 0], 1e-12), 1.0))
    slate, propensity = np.column_stack(slates), np.column_stack(propensities)
    order = np.argsort(rng.random(slate.shape) + (slate == NOTHING), axis=1)
    return np.take_along_axis(slate, order, axis=1), np.take_along_axis(propensity, order, axis=1)


def shown_odds(log_odds: Floats, slate: Ints) -> Floats:
    """Return the log-odds of the components of each slate, minus infinity for NOTHING."""
    return np.where(slate == NOTHING, -np.inf, np.take_along_axis(log_odds, slate, axis=1))


def records(
    world: SimulatedWorld[Truth], clickstream: Clickstream, *, begins_at: datetime = START
) -> Iterator[RecordedInteraction]:
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
            components=[world.components[at] for at in clickstream.slate[row] if at != NOTHING],
            shown_at=begins_at + timedelta(seconds=INTERVAL_SECONDS * row),
            recommendation_id=f"simulated-{row}",
        )
        for place, component in enumerate(shown.components):
            reaction = None
            if clickstream.engaged[row, place]:
                reaction = InteractionType.CLICK
            elif dismissed[row, place]:
                reaction = InteractionType.DISMISSAL
            yield from shown.records(component, reaction)
