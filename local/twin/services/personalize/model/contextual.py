"""The contextual model: logistic regression over crosses of items with contexts and traits.

Every aspect of an item (its id, its categories) is crossed with every token of the situation (context values,
user traits, pairs of them). Ridge regularisation lets rare crosses fall back to their parts, and new items to
their categories: an item's own rate is penalised least, a pair of context and trait most. The position in the
list is a feature in training but not in serving, so that position bias is not learned as preference.

The weights are a matrix of aspects by tokens, and the log-odds a product of sparse matrices with it. The cost
of a step therefore grows with the numbers of situations and items, not with the number of crosses.

Chosen by measurement: `python -m benchmarks model_choice`, and docs/training.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit

from local.twin.services.personalize.model.examples import MAX_POSITION, Floats, Ints, TrainingExamples
from local.twin.services.personalize.model.vocabulary import (
    ItemVocabulary,
    Situation,
    SituationVocabulary,
    traits_of,
)

RIDGE = (0.3, 3.0, 100.0)
"""The penalty on a weight, by how many contexts and traits its token joins: none, one or two."""
POSITION_RIDGE = 3.0
ITERATIONS = 30
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextualWeights:
    """Weights by aspect and token; `position` is added to the log-odds by the position in the list."""

    situations: SituationVocabulary
    aspects: ItemVocabulary
    weights: Floats
    intercept: float
    position: Floats

    def item_row(self, item_id: str, fields: Mapping[str, Any]) -> Floats:
        """Return the item's weight for each token, summed over its aspects."""
        rows: Floats = self.weights[self.aspects.encode(item_id, fields)].sum(axis=0)
        return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The weights, and the expected engagement of each training example."""

    weights: ContextualWeights
    expected: Floats


def fit_contextual(
    examples: TrainingExamples,
    *,
    context_columns: tuple[str, ...],
    trait_columns: tuple[str, ...],
    item_columns: tuple[str, ...],
    users: Mapping[str, Mapping[str, Any]],
    items: Mapping[str, Mapping[str, Any]],
) -> Fit:
    """Fit to examples; equal examples are counted together as one cell, which bounds the cost."""
    trait, traits = _traits(examples.users, users, trait_columns)
    cell, cells = _cells(examples, trait[examples.user], len(traits))
    situations = SituationVocabulary(context_columns=context_columns, trait_columns=trait_columns)
    aspects = ItemVocabulary(columns=item_columns)
    tokens = _indicator_matrix(
        [
            situations.encode(examples.contexts[pair // len(traits)], traits[pair % len(traits)], learn=True)
            for pair in cells.situations.tolist()
        ]
    )
    of_item = _indicator_matrix(
        [aspects.encode(item, items.get(item, {}), learn=True) for item in examples.items]
    )
    shown = np.bincount(cell, minlength=len(cells.item)).astype(float)
    engaged = np.bincount(cell, weights=examples.engagement, minlength=len(cells.item)).astype(float)
    problem = _Problem(
        tokens=tokens,
        aspects=of_item,
        cells=cells,
        shown=shown,
        engaged=engaged,
        ridge=np.array(RIDGE)[situations.orders()],
    )
    solution = problem.solve()
    weights, position, intercept = problem.split(solution)
    learned = ContextualWeights(
        situations=situations, aspects=aspects, weights=weights, intercept=intercept, position=position
    )
    return Fit(weights=learned, expected=expit(problem.log_odds(solution))[cell])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cells:
    """The distinct cells: item, situation (index into `situations`) and position in the list."""

    item: Ints
    situation: Ints
    position: Ints
    situations: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """Logistic regression on the counts of the cells, with a ridge penalty for each token."""

    tokens: sparse.csr_matrix
    aspects: sparse.csr_matrix
    cells: _Cells
    shown: Floats
    engaged: Floats
    ridge: Floats

    def solve(self) -> Floats:
        """Return the solution with the lowest cost."""
        size = self.aspects.shape[1] * self.tokens.shape[1] + MAX_POSITION + 2
        start = np.zeros(size)
        rate = (self.engaged.sum() + 1) / (self.shown.sum() + 2)
        start[-1] = np.log(rate / (1 - rate)) if 0 < rate < 1 else 0.0
        found = minimize(
            self._cost, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS, "ftol": TOLERANCE}
        )
        solution: Floats = found.x
        return solution

    def split(self, solution: Floats) -> tuple[Floats, Floats, float]:
        """Return the weights by aspect and token, the shifts by position, and the intercept."""
        crossed = solution[: -(MAX_POSITION + 2)]
        weights = crossed.reshape(self.aspects.shape[1], self.tokens.shape[1])
        return weights, solution[-(MAX_POSITION + 2) : -1], float(solution[-1])

    def log_odds(self, solution: Floats) -> Floats:
        """Return the log-odds of each cell."""
        weights, position, intercept = self.split(solution)
        by_item = self.tokens @ (self.aspects @ weights).T
        cells = self.cells
        odds: Floats = by_item[cells.situation, cells.item] + position[cells.position] + intercept
        return odds

    def _cost(self, solution: Floats) -> tuple[float, Floats]:
        odds = self.log_odds(solution)
        misfit = self.shown * expit(odds) - self.engaged
        shape = (self.tokens.shape[0], self.aspects.shape[0])
        flat = self.cells.situation * shape[1] + self.cells.item
        by_item = np.bincount(flat, weights=misfit, minlength=shape[0] * shape[1]).reshape(shape)
        crossed = self.aspects.T @ (self.tokens.T @ by_item).T
        by_position = np.bincount(self.cells.position, weights=misfit, minlength=MAX_POSITION + 1)
        weights, position, _ = self.split(solution)
        penalty = np.concatenate([(weights * self.ridge).ravel(), POSITION_RIDGE * position, [0.0]])
        gradient = np.concatenate([crossed.ravel(), by_position, [misfit.sum()]]) + penalty
        likelihood = float(np.sum(self.shown * np.logaddexp(0, odds) - self.engaged * odds))
        return likelihood + 0.5 * float(penalty @ solution), gradient


def _indicator_matrix(rows: list[list[int]]) -> sparse.csr_matrix:
    """Return a matrix of zeros and ones from the column numbers of each row."""
    lengths = [len(row) for row in rows]
    columns = np.array([value for row in rows for value in row], np.int64)
    return sparse.csr_matrix((np.ones(len(columns)), columns, np.concatenate([[0], np.cumsum(lengths)])))


def _traits(
    names: list[str], users: Mapping[str, Mapping[str, Any]], columns: tuple[str, ...]
) -> tuple[Ints, list[Situation]]:
    seen: dict[Situation, int] = {}
    codes = [seen.setdefault(traits_of(users.get(name), columns), len(seen)) for name in names]
    return np.array(codes, np.int64), list(seen)


def _cells(examples: TrainingExamples, trait: Ints, traits: int) -> tuple[Ints, _Cells]:
    pair = examples.context * traits + trait
    positions = MAX_POSITION + 1
    key = (pair * len(examples.items) + examples.item) * positions + examples.position
    cells, inverse = np.unique(key, return_inverse=True)
    rest, position = np.divmod(cells, positions)
    pairs, item = np.divmod(rest, len(examples.items))
    situations, situation = np.unique(pairs, return_inverse=True)
    return inverse, _Cells(item=item, situation=situation, position=position, situations=situations)
