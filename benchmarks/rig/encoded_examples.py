"""Training examples as codes, for models other than the twin's."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.rig.model_choices import Cells, Ints
from domain.registry import CONTEXT_REGISTRY
from local.study.simulator.evaluation import CLICKS, Requests
from local.study.simulator.training_set import TRAITS, traits_of_cohorts
from local.study.simulator.truth import Truth
from local.study.simulator.world import SimulatedWorld
from local.twin.services.personalize.data.group_data import GroupData
from local.twin.services.personalize.model.examples import read_examples
from local.twin.services.personalize.model.vocabulary import Situation, context_of, traits_of

CONTEXTS = len(CONTEXT_REGISTRY.names)
Codes = list[dict[str | None, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedExamples:
    """The cells of the examples, the items in the order of their codes, and the codes of each column."""

    cells: Cells
    items: list[str]
    codes: Codes

    def situations(self, world: SimulatedWorld[Truth], requests: Requests) -> Ints:
        """Return the situation of each request; unknown values have the code after the last."""
        contexts = [context_of(each, CONTEXT_REGISTRY.names) for each in world.situations.contexts]
        traits = [traits_of(each, TRAITS) for each in traits_of_cohorts(world)]
        known = _coded(contexts, self.codes[:CONTEXTS]), _coded(traits, self.codes[CONTEXTS:])
        return np.hstack([known[0][requests.situation], known[1][world.population.cohort[requests.viewer]]])


def encode_examples(data: GroupData) -> EncodedExamples:
    """Return the examples of the interactions; equal ones are counted together."""
    assert data.interactions is not None
    table = data.interactions
    examples = read_examples(table, CLICKS.of_rows(table), CONTEXT_REGISTRY.names, seed=1)
    traits = [traits_of(data.users.get(user), TRAITS) for user in examples.users]
    codes: Codes = [{} for _ in range(CONTEXTS + len(TRAITS))]
    for rows, of_columns in ((examples.contexts, codes[:CONTEXTS]), (traits, codes[CONTEXTS:])):
        for row in rows:
            for value, code in zip(row, of_columns, strict=True):
                code.setdefault(value, len(code))
    context, trait = _coded(examples.contexts, codes[:CONTEXTS]), _coded(traits, codes[CONTEXTS:])
    codes_of_cells = np.column_stack(
        [context[examples.context], trait[examples.user], examples.item, examples.position]
    )
    distinct, of_cell = np.unique(codes_of_cells, axis=0, return_inverse=True)
    counts = of_cell.ravel()
    cells = Cells(
        situation=distinct[:, :-2],
        contexts=CONTEXTS,
        item=distinct[:, -2],
        items=len(examples.items),
        position=distinct[:, -1],
        shown=np.bincount(counts).astype(float),
        engaged=np.bincount(counts, weights=examples.engagement).astype(float),
    )
    return EncodedExamples(cells=cells, items=examples.items, codes=codes)


def _coded(rows: Sequence[Situation], codes: Codes) -> Ints:
    coded = [[code.get(value, len(code)) for value, code in zip(row, codes, strict=True)] for row in rows]
    return np.array(coded, np.int64)
