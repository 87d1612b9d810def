"""What a clickstream shows, as codes: for models that know nothing of the twin's own form of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.rig.model_choices import Cells, Ints
from domain.registry import CONTEXT_REGISTRY
from local.study.simulator.evaluation import CLICKS, Occasions
from local.study.simulator.training_set import TRAITS, traits_of_cohorts
from local.study.simulator.world import SimulatedWorld
from local.twin.services.personalize.data.holdings import Holdings
from local.twin.services.personalize.model.exposures import read_exposures
from local.twin.services.personalize.model.vocabulary import Situation, context_of, traits_of

CONTEXTS = len(CONTEXT_REGISTRY.names)
Codes = list[dict[str | None, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighted:
    """The cells of a training, the items in the order of their codes, and the codes of each column."""

    cells: Cells
    items: list[str]
    codes: Codes

    def situations(self, world: SimulatedWorld, asked: Occasions) -> Ints:
        """The situation of each occasion; a value never seen in training has the code after the last."""
        contexts = [context_of(each, CONTEXT_REGISTRY.names) for each in world.situations.contexts]
        traits = [traits_of(each, TRAITS) for each in traits_of_cohorts(world)]
        known = _coded(contexts, self.codes[:CONTEXTS]), _coded(traits, self.codes[CONTEXTS:])
        return np.hstack([known[0][asked.situation], known[1][world.viewers.cohort[asked.viewer]]])


def read_sights(holdings: Holdings) -> Sighted:
    """The exposures of everybody in the interactions, equal ones counted together."""
    assert holdings.interactions is not None
    table = holdings.interactions
    exposures = read_exposures(table, CLICKS.of_rows(table), CONTEXT_REGISTRY.names, seed=1)
    traits = [traits_of(holdings.users.get(user), TRAITS) for user in exposures.users]
    codes: Codes = [{} for _ in range(CONTEXTS + len(TRAITS))]
    for rows, of_columns in ((exposures.contexts, codes[:CONTEXTS]), (traits, codes[CONTEXTS:])):
        for row in rows:
            for value, code in zip(row, of_columns, strict=True):
                code.setdefault(value, len(code))
    context, trait = _coded(exposures.contexts, codes[:CONTEXTS]), _coded(traits, codes[CONTEXTS:])
    sights = np.column_stack(
        [context[exposures.context], trait[exposures.user], exposures.item, exposures.position]
    )
    distinct, of_sight = np.unique(sights, axis=0, return_inverse=True)
    counts = of_sight.ravel()
    cells = Cells(
        situation=distinct[:, :-2],
        contexts=CONTEXTS,
        item=distinct[:, -2],
        items=len(exposures.items),
        place=distinct[:, -1],
        shown=np.bincount(counts).astype(float),
        taken=np.bincount(counts, weights=exposures.taken).astype(float),
    )
    return Sighted(cells=cells, items=exposures.items, codes=codes)


def _coded(rows: Sequence[Situation], codes: Codes) -> Ints:
    coded = [[code.get(value, len(code)) for value, code in zip(row, codes, strict=True)] for row in rows]
    return np.array(coded, np.int64)
