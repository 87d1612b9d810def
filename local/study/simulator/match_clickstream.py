"""A clickstream of one match: random components shown to simulated viewers, and the clicks that follow."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import numpy as np

from domain.cohort import UNKNOWN
from domain.component import Component
from domain.context import initial_context, merge
from domain.interaction import InteractionType, RecordedInteraction
from domain.match import Match
from domain.moment import Moment
from local.study.simulator.click_model import click_probability
from local.study.simulator.population import make_population
from local.study.simulator.shown_components import ShownComponents

COMPONENTS_AT_ONCE = 3
INTERVAL = timedelta(seconds=40)
"""The time between two screens of a viewer."""
START_SPREAD_SECONDS = 36_000


def context_versions(match: Match, moments: Sequence[Moment]) -> list[tuple[int, dict[str, str]]]:
    """Return the versions of the match context, and their columns, from before kick-off on."""
    context = initial_context(match)
    versions = [(context.version, context.columns)]
    for moment in moments:
        context = merge(context, match, [moment]) or context
        if context.version != versions[-1][0]:
            versions.append((context.version, context.columns))
    return versions


def match_clickstream(
    *,
    match: Match,
    contexts: Sequence[tuple[int, dict[str, str]]],
    components: Sequence[Component],
    viewers: int,
    screens: int,
    until: datetime,
    seed: int = 7,
) -> Iterator[RecordedInteraction]:
    """Yield the interactions of `viewers` with `screens` screens each, the same for the same seed.

    Each screen is in a context drawn from `contexts` and shows three components drawn from `components`.
    No screen is after `until`.
    """
    rng = np.random.default_rng(seed)
    teams = (match.home.name, match.away.name, UNKNOWN)
    population = make_population(viewers, teams=teams, rng=rng, prefix=f"{match.id}-viewer")
    for viewer, viewer_id in enumerate(population.viewer_ids):
        key = population.cohort_of(viewer).key
        start = until - INTERVAL * screens - timedelta(seconds=int(rng.integers(START_SPREAD_SECONDS)))
        for screen in range(screens):
            version, columns = contexts[int(rng.integers(len(contexts)))]
            drawn = rng.choice(len(components), COMPONENTS_AT_ONCE, replace=False)
            shown = ShownComponents(
                match_id=match.id,
                viewer_id=viewer_id,
                cohort_key=key,
                session_id=f"{viewer_id}-history",
                version=version,
                columns=columns,
                components=[components[at] for at in drawn],
                shown_at=start + INTERVAL * (screen + 1),
            )
            for component in shown.components:
                chance = click_probability(key, component.type, columns["MATCH_EVENT"])
                clicks = rng.random() < chance
                yield from shown.records(component, InteractionType.CLICK if clicks else None)
