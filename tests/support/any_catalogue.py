"""Random catalogues with rules of every kind, viewers, and what they have seen."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.choice import Exposure
from domain.cohort import AGE_BANDS, TIERS, Cohort, ViewerTraits
from domain.component import Component, Slot
from domain.constraint import Constraint, read_published
from domain.fit import Fit
from domain.moment import MomentType
from tests.support import builders

CATEGORIES = ("betting", "advert", "engagement", "food", "youth")
PARTNERS = ("Cola", "Soda")
CONSENTS = ("betting", "adverts", "profiling")
COUNTRIES = ("IT", "GB", "TR", "FR")
FITS: Sequence[dict[str, Any] | None] = (
    None,
    None,
    None,
    {"moments": ["GOAL"]},
    {"side": "supporter"},
    {"score": ["level"]},
    {"moments": ["GOAL"], "subject": "scorer"},
)


def any_components(chance: random.Random, count: int) -> list[Component]:
    """Return components in all slots, some with a fit."""
    return [
        builders.a_component(
            f"c{number}",
            chance.choice(list(Slot)),
            type=chance.choice(("poll", "quiz", "bet", "card")),
            categories=frozenset(chance.sample(CATEGORIES, chance.randint(0, 2))),
            partner=chance.choice((None, None, *PARTNERS)),
            editorial_rank=number if chance.random() < 0.7 else None,
            only_when=Fit.from_dict(fit) if (fit := chance.choice(FITS)) else None,
        )
        for number in range(count)
    ]


def any_constraints(
    chance: random.Random, components: Sequence[Component], *, of_each_kind: int = 1
) -> list[Constraint]:
    """Return rules of every kind, in any order."""
    rules: list[dict[str, Any]] = []
    for _ in range(of_each_kind):
        rules += [
            {"kind": "age_gate", "minimum_age": chance.choice((16, 18, 21))},
            {"kind": "jurisdiction", "countries": chance.sample(COUNTRIES, 2)},
            {"kind": "consent", "consent": chance.choice(CONSENTS)},
            {"kind": "sponsor_exclusivity", "partner": chance.choice(PARTNERS)},
            {"kind": "frequency_cap", "maximum": chance.randint(1, 3)},
            {"kind": "cool_down", "seconds": chance.choice((60, 600))},
            {"kind": "slot_conflict", "other": _any_selector(chance, components)},
            {"kind": "quiet_moment", "moments": [chance.choice(("GOAL", "INJURY"))]},
            {"kind": "only_when", "only_when": {"score": ["level", "one_goal"]}},
        ]
    chance.shuffle(rules)
    return [
        read_published({"id": f"rule-{number}", "selector": _any_selector(chance, components), **fields})
        for number, fields in enumerate(rules)
    ]


def any_viewer(chance: random.Random, number: int) -> ViewerTraits:
    """Return a viewer with any traits, known or not."""
    return ViewerTraits(
        viewer_id=f"viewer-{number}",
        cohort=Cohort(
            favourite_team=chance.choice(("Italy", "Turkey", "unknown")),
            age_band=chance.choice((*AGE_BANDS, "unknown")),
            country=chance.choice((*COUNTRIES, "unknown")),
            tier=chance.choice((*TIERS, "unknown")),
        ),
        consents=frozenset(chance.sample(CONSENTS, chance.randint(0, 3))),
    )


def any_exposures(
    chance: random.Random, components: Sequence[Component], now: datetime
) -> dict[str, Exposure]:
    """Return what a viewer has seen of some components, up to a quarter of an hour ago."""
    seen = chance.sample(components, chance.randint(0, len(components)))
    return {
        each.id: Exposure(
            count=chance.randint(1, 4), last_at=now - timedelta(milliseconds=chance.randint(0, 900_000))
        )
        for each in seen
    }


def any_moment(chance: random.Random) -> MomentType:
    """Return a type of moment that matters to the rules and fits."""
    return chance.choice((MomentType.GOAL, MomentType.INJURY, MomentType.YELLOW_CARD))


def _any_selector(chance: random.Random, components: Sequence[Component]) -> dict[str, Any]:
    """Return a selector; three of four name few components, so that rules leave some to choose from."""
    if chance.random() < 0.75:
        few = chance.sample(components, min(3, len(components)))
        return {"component_ids": [each.id for each in few]}
    return chance.choice(
        (
            {"categories": [chance.choice(CATEGORIES)]},
            {"types": [chance.choice(("poll", "quiz", "bet", "card"))]},
            {"partners": [chance.choice(PARTNERS)]},
        )
    )
