"""The hidden truth: the probability that a viewer engages with a component in a context and position.

The recommender does not see it. That of a random world is drawn from a seed. Its log-odds are the sum of: the
component's general appeal; effects of each context value on the component and its type; effects of each
trait; interactions of traits and context values (a supporter of Italy wants the shirt after a goal of Italy);
and the viewer's own preference for types.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

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


class Truth(Protocol):
    """The log-odds of engagement of each viewer in each situation."""

    @property
    def kind(self) -> Ints:
        """The number of each component's type."""

    def log_odds(self, cohort: Ints, viewer: Ints, situation: Ints) -> Floats:
        """Return log-odds without position and fatigue: a row per request, a column per component.

        They are minus infinity for a component that must not be shown to the viewer in the situation.
        """


def engagement_probability(log_odds: Floats, place: Floats, fatigue: Floats) -> Floats:
    """Return the probability at a position (0 is best) after `fatigue` earlier components of the type."""
    probability: Floats = expit(log_odds - POSITION_LOSS * place - FATIGUE * fatigue)
    return probability


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomTruth:
    """Log-odds by cohort, context and component, and each viewer's own preferences by type of component.

    Every component may be shown in every situation.
    """

    by_cohort: Floats
    """Log-odds by cohort, situation and component."""
    own: Floats
    """Log-odds by viewer and type of component."""
    kind: Ints
    """The index of each component's type."""

    def log_odds(self, cohort: Ints, viewer: Ints, situation: Ints) -> Floats:
        """Return log-odds without position and fatigue: a row per request, a column per component."""
        shared: Floats = self.by_cohort[cohort, situation]
        return shared + self.own[viewer][:, self.kind]


def kinds_of(components: Sequence[Component]) -> Ints:
    """Return the number of each component's type."""
    kinds = sorted({component.type for component in components})
    return np.array([kinds.index(component.type) for component in components], np.int64)


def own_preferences(viewers: int, kind: Ints, rng: np.random.Generator) -> Floats:
    """Draw how much more or less each viewer likes each type of component, in log-odds."""
    return rng.normal(0, OWN_SPREAD, (viewers, int(kind.max()) + 1))


def make_random_truth(
    population: Population,
    situations: Situations,
    components: Sequence[Component],
    *,
    cohort_rng: np.random.Generator,
    viewer_rng: np.random.Generator,
) -> RandomTruth:
    """Draw the log-odds of cohorts with `cohort_rng`, and viewers' own preferences with `viewer_rng`."""
    kind = kinds_of(components)
    kinds = int(kind.max()) + 1
    item = BASE_RATE + cohort_rng.normal(0, ITEM_SPREAD, len(components))
    odds = np.broadcast_to(item, (len(population.cohorts), len(situations.contexts), len(item))).copy()
    for name, weight in zip(CONTEXT_REGISTRY.names, (1.0, 0.5, 0.7, 0.3, 0.3), strict=True):
        vocabulary = CONTEXT_REGISTRY.column(name).vocabulary
        code = np.array([vocabulary.index(context[name]) for context in situations.contexts])
        by_kind = cohort_rng.normal(0, CONTEXT_SPREAD * weight, (len(vocabulary), kinds))
        by_item = cohort_rng.normal(0, CONTEXT_SPREAD * weight * 0.4, (len(vocabulary), len(components)))
        odds += (by_kind[:, kind] + by_item)[code][None, :, :]
        for trait in ("favourite_team", "age_band"):
            values = sorted({str(getattr(cohort, trait)) for cohort in population.cohorts})
            row = np.array([values.index(str(getattr(cohort, trait))) for cohort in population.cohorts])
            crossed = cohort_rng.normal(0, CROSS_SPREAD * weight, (len(values), len(vocabulary), kinds))
            odds += crossed[:, :, kind][row][:, code]
    for trait in ("favourite_team", "age_band", "country", "tier"):
        values = sorted({str(getattr(cohort, trait)) for cohort in population.cohorts})
        row = np.array([values.index(str(getattr(cohort, trait))) for cohort in population.cohorts])
        odds += cohort_rng.normal(0, TRAIT_SPREAD, (len(values), len(components)))[row][:, None, :]
    return RandomTruth(by_cohort=odds, own=own_preferences(len(population), kind, viewer_rng), kind=kind)
