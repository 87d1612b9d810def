"""The hidden truth of the demo's world: the table of tastes, what may be shown, and some noise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from scipy.special import logit

from domain.choice import MATCH_KINDS, refusal
from domain.cohort import AGE_BANDS, UNKNOWN, Cohort, ViewerTraits
from domain.component import Component
from domain.constraint import Constraint
from domain.indexed_constraints import IndexedConstraints
from local.study.simulator.population import Floats, Ints, Population
from local.study.simulator.truth import kinds_of, own_preferences
from local.study.tastes.circumstances import Circumstances
from local.study.tastes.simulated_states import SimulatedState
from local.study.tastes.taste_table import HIGHEST, LOWEST, TasteTable

Bools = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]


@dataclass(frozen=True, slots=True, kw_only=True)
class TasteTruth:
    """Log-odds by group, situation and component; viewers of a group share interest, age band and team.

    Components that do not fit a situation have minus infinity. `permitted` says which components each viewer
    may be shown at all, `own` how much more or less each viewer likes each type.
    """

    by_group: Floats
    group: Ints
    permitted: Bools
    own: Floats
    kind: Ints

    def log_odds(self, cohort: Ints, viewer: Ints, situation: Ints) -> Floats:  # noqa: ARG002
        """Return log-odds; the cohort is part of the viewer's group."""
        odds = self.by_group[self.group[viewer], situation] + self.own[viewer][:, self.kind]
        return np.where(self.permitted[viewer], odds, -np.inf)


@dataclass(frozen=True, slots=True, kw_only=True)
class TasteTruthBuilder:
    """Computes the truth of a population at matches of two teams."""

    table: TasteTable
    components: Sequence[Component]
    constraints: Sequence[Constraint]
    teams: tuple[str, str]

    def build(
        self,
        population: Population,
        consents: Sequence[frozenset[str]],
        states: Sequence[SimulatedState],
        rng: np.random.Generator,
    ) -> TasteTruth:
        """Return the truth; `rng` draws the viewers' own preferences."""
        kind = kinds_of(self.components)
        groups = list(
            product((each.name for each in self.table.interests), AGE_BANDS, (*self.teams, UNKNOWN))
        )
        number = {group: at for at, group in enumerate(groups)}
        viewers = [
            ViewerTraits(viewer_id=viewer_id, cohort=population.cohort_of(at), consents=consents[at])
            for at, viewer_id in enumerate(population.viewer_ids)
        ]
        return TasteTruth(
            by_group=np.where(
                self._fits(groups, states), logit(self._probabilities(groups, states)), -np.inf
            ),
            group=np.array([number[self._group(viewer)] for viewer in viewers], np.int64),
            permitted=self._permitted(viewers),
            own=own_preferences(len(population), kind, rng),
            kind=kind,
        )

    def _group(self, viewer: ViewerTraits) -> tuple[str, str, str]:
        cohort = viewer.cohort
        interest = self.table.interest_of(viewer.viewer_id, cohort, self.teams)
        return interest, cohort.age_band, cohort.favourite_team

    def _probabilities(
        self, groups: Sequence[tuple[str, str, str]], states: Sequence[SimulatedState]
    ) -> Floats:
        """Return what `TasteTable.probability` gives, by group, situation and component."""
        circumstances = [Circumstances.of_facts(state.facts) for state in states]
        usual = np.array([self.table.usual_probability(component.id) for component in self.components])
        found = np.broadcast_to(usual, (len(groups), len(states), len(usual))).copy()
        for taste in self.table.tastes:
            about = [taste.is_about(component.id, component.type) for component in self.components]
            holds = {
                team: [taste.holds_in(each, team) for each in circumstances]
                for team in (*self.teams, UNKNOWN)
            }
            for at, (interest, age_band, team) in enumerate(groups):
                if taste.is_of(interest, age_band):
                    found[at][np.ix_(holds[team], about)] *= taste.times
        found.clip(LOWEST, HIGHEST, out=found)
        return found

    def _fits(self, groups: Sequence[tuple[str, str, str]], states: Sequence[SimulatedState]) -> Bools:
        """Return which components the match allows, by group, situation and component."""
        of_match = IndexedConstraints(rule for rule in self.constraints if rule.kind in MATCH_KINDS)
        by_team = {}
        for team in (*self.teams, UNKNOWN):
            viewer = ViewerTraits(viewer_id="supporter", cohort=Cohort(favourite_team=team))
            by_team[team] = [
                [refusal(each, of_match, viewer, state.facts, ()) is None for each in self.components]
                for state in states
            ]
        return np.array([by_team[team] for _, _, team in groups])

    def _permitted(self, viewers: Sequence[ViewerTraits]) -> Bools:
        """Return which components the viewers' ages, countries and consents allow."""
        of_viewer = IndexedConstraints(rule for rule in self.constraints if rule.kind not in MATCH_KINDS)
        always = [replace(component, only_when=None) for component in self.components]
        known: dict[tuple[Cohort, frozenset[str]], list[bool]] = {}
        for viewer in viewers:
            traits = (viewer.cohort, viewer.consents)
            if traits not in known:
                known[traits] = [refusal(each, of_viewer, viewer, None, ()) is None for each in always]
        return np.array([known[viewer.cohort, viewer.consents] for viewer in viewers])
