"""The hidden truth: how likely a viewer is to engage with a component, in a context and a place.

Log-odds are made of: how attractive a component is to everybody; how much its kind suits each value of the
context; how much it suits each trait; how much a trait changes what a context value does to a kind (Italy's
supporter wants the shirt after a goal, when Italy leads); and the viewer's own liking of kinds. All of it is
drawn from a seed, and none of it is shown to the recommender.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from domain.component import Component
from domain.registry import CONTEXT_REGISTRY
from local.study.simulator.population import Floats, Ints, Population
from local.study.simulator.situations import Situations

BASE_RATE = -2.6
ITEM_SPREAD = 0.45
CONTEXT_SPREAD = 1.1
TRAIT_SPREAD = 0.55
CROSS_SPREAD = 0.9
OWN_SPREAD = 0.35
POSITION_LOSS = 0.45
FATIGUE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """Tastes by cohort, context and component, and each viewer's own by kind of component."""

    by_cohort: Floats
    own: Floats
    kind: Ints

    def log_odds(self, cohort: Ints, viewer: Ints, situation: Ints) -> Floats:
        """One row per occasion, one column per component; at the first place, unwearied."""
        shared: Floats = self.by_cohort[cohort, situation]
        return shared + self.own[viewer][:, self.kind]

    def engagement(self, log_odds: Floats, place: Floats, fatigue: Floats) -> Floats:
        """Chance of an engagement at a place (0 is the best) after `fatigue` clickstream of its kind."""
        chance: Floats = expit(log_odds - POSITION_LOSS * place - FATIGUE * fatigue)
        return chance


def make_truth(
    population: Population,
    situations: Situations,
    components: Sequence[Component],
    *,
    tastes: np.random.Generator,
    viewers: np.random.Generator,
) -> Truth:
    """Draw the tastes: those of cohorts from `tastes`, those of the viewers themselves from `viewers`."""
    kinds = sorted({component.type for component in components})
    kind = np.array([kinds.index(component.type) for component in components], np.int64)
    item = BASE_RATE + tastes.normal(0, ITEM_SPREAD, len(components))
    odds = np.broadcast_to(item, (len(population.cohorts), len(situations.contexts), len(item))).copy()
    for name, weight in zip(CONTEXT_REGISTRY.names, (1.0, 0.5, 0.7, 0.3, 0.3), strict=True):
        vocabulary = CONTEXT_REGISTRY.column(name).vocabulary
        code = np.array([vocabulary.index(context[name]) for context in situations.contexts])
        by_kind = tastes.normal(0, CONTEXT_SPREAD * weight, (len(vocabulary), len(kinds)))
        by_item = tastes.normal(0, CONTEXT_SPREAD * weight * 0.4, (len(vocabulary), len(components)))
        odds += (by_kind[:, kind] + by_item)[code][None, :, :]
        for trait in ("favourite_team", "age_band"):
            values = sorted({str(getattr(cohort, trait)) for cohort in population.cohorts})
            row = np.array([values.index(str(getattr(cohort, trait))) for cohort in population.cohorts])
            crossed = tastes.normal(0, CROSS_SPREAD * weight, (len(values), len(vocabulary), len(kinds)))
            odds += crossed[:, :, kind][row][:, code]
    for trait in ("favourite_team", "age_band", "country", "tier"):
        values = sorted({str(getattr(cohort, trait)) for cohort in population.cohorts})
        row = np.array([values.index(str(getattr(cohort, trait))) for cohort in population.cohorts])
        odds += tastes.normal(0, TRAIT_SPREAD, (len(values), len(components)))[row][:, None, :]
    return Truth(by_cohort=odds, own=viewers.normal(0, OWN_SPREAD, (len(population), len(kinds))), kind=kind)
