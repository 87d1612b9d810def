"""A simulated clickstream of earlier matches, in the form in which the interactions stream carries it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from domain.component import Component
from domain.context import initial_context, merge
from domain.interaction import Interaction, InteractionType, RecordedInteraction
from domain.match import Match
from domain.moment import Moment
from local.play.replay.audience import audience
from local.play.replay.click_model import click_probability

SHOWN_AT_ONCE = 3
PAUSE = timedelta(seconds=40)


def contexts_of(match: Match, moments: Sequence[Moment]) -> list[tuple[int, dict[str, str]]]:
    """The context versions that a match went through, from before kick-off on."""
    context = initial_context(match)
    seen = [(context.version, context.columns)]
    for moment in moments:
        context = merge(context, match, [moment]) or context
        if context.version != seen[-1][0]:
            seen.append((context.version, context.columns))
    return seen


def clickstream(
    *,
    match: Match,
    contexts: Sequence[tuple[int, dict[str, str]]],
    components: Sequence[Component],
    viewers: int,
    glances: int,
    until: datetime,
    seed: int = 7,
) -> Iterator[RecordedInteraction]:
    """Impressions and the clicks that follow from the viewers' hidden tastes, deterministic by seed.

    Each viewer glances at the screen `glances` times, in contexts drawn from `contexts`, and sees three
    components drawn from `components`; the latest glance is before `until`.
    """
    chance = Random(seed)
    for spec in audience(match, viewers, seed=seed):
        key = spec.traits.cohort.key
        at = until - PAUSE * glances - timedelta(seconds=chance.randrange(36_000))
        for _ in range(glances):
            at += PAUSE
            version, columns = chance.choice(contexts)
            shown = chance.sample(list(components), SHOWN_AT_ONCE)
            for component in shown:
                impression = Interaction(
                    type=InteractionType.IMPRESSION,
                    component_id=component.id,
                    slot=component.slot,
                    version=version,
                    occurred_at=at,
                    impression=tuple(each.id for each in shown),
                )
                seen = RecordedInteraction(
                    interaction=impression,
                    match_id=match.id,
                    viewer_id=spec.viewer_id,
                    cohort_key=key,
                    session_id=f"{spec.viewer_id}-history",
                    columns=columns,
                )
                yield seen
                if chance.random() < click_probability(key, component.type, columns["MATCH_EVENT"]):
                    click = replace(
                        impression, type=InteractionType.CLICK, occurred_at=at + timedelta(seconds=2)
                    )
                    yield replace(seen, interaction=click)
