"""The contextual model: logistic regression over crosses of items with contexts and traits.

Every aspect of an item (its id, its categories) is crossed with every token of the situation (context
values, user traits, pairs of them); ridge regularisation lets rare cells fall back to what their parts say,
and items that nobody has met to what their categories say. The place in the list is a feature in training
and left out in serving, so that position bias is not mistaken for taste.

The weights stand in a matrix of aspects by tokens and the log-odds are a product of sparse matrices with it,
so that a step of the fit costs what there are situations and items, not what there are crosses.

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

RIDGE = 3.0
ITERATIONS = 30
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextualWeights:
    """Weights of aspect and token; `position` shifts the log-odds by the place in the list."""

    situations: SituationVocabulary
    aspects: ItemVocabulary
    weights: Floats
    intercept: float
    position: Floats

    def item_row(self, item_id: str, fields: Mapping[str, Any]) -> Floats:
        """The item's weight for each token, summed over its aspects."""
        rows: Floats = self.weights[self.aspects.encode(item_id, fields)].sum(axis=0)
        return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Learned weights, and the expected engagement of each exposure that they were learned from."""

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
    ridge: float = RIDGE,
) -> Fit:
    """Learn from examples; equal examples are counted together, so that the cost follows the cells."""
    trait, traits = _traits(examples.users, users, trait_columns)
    cell, places = _cells(examples, trait[examples.user], len(traits))
    situations = SituationVocabulary(context_columns=context_columns, trait_columns=trait_columns)
    aspects = ItemVocabulary(columns=item_columns)
    tokens = _switches(
        [
            situations.encode(examples.contexts[pair // len(traits)], traits[pair % len(traits)], learn=True)
            for pair in places.situations.tolist()
        ]
    )
    of_item = _switches([aspects.encode(item, items.get(item, {}), learn=True) for item in examples.items])
    shown = np.bincount(cell, minlength=len(places.item)).astype(float)
    taken = np.bincount(cell, weights=examples.taken, minlength=len(places.item)).astype(float)
    problem = _Problem(tokens=tokens, aspects=of_item, places=places, shown=shown, taken=taken, ridge=ridge)
    solution = problem.solve()
    weights, position, intercept = problem.split(solution)
    learned = ContextualWeights(
        situations=situations, aspects=aspects, weights=weights, intercept=intercept, position=position
    )
    return Fit(weights=learned, expected=expit(problem.log_odds(solution))[cell])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """The distinct cells: item, situation (index into `situations`), and place in the list."""

    item: Ints
    situation: Ints
    position: Ints
    situations: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """Ridge-regularised logistic regression of counts in the weights, the places and the intercept."""

    tokens: sparse.csr_matrix
    aspects: sparse.csr_matrix
    places: _Places
    shown: Floats
    taken: Floats
    ridge: float

    def solve(self) -> Floats:
        """The weights that explain the counts best."""
        size = self.aspects.shape[1] * self.tokens.shape[1] + MAX_POSITION + 2
        start = np.zeros(size)
        rate = (self.taken.sum() + 1) / (self.shown.sum() + 2)
        start[-1] = np.log(rate / (1 - rate)) if 0 < rate < 1 else 0.0
        found = minimize(
            self._cost, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS, "ftol": TOLERANCE}
        )
        solution: Floats = found.x
        return solution

    def split(self, solution: Floats) -> tuple[Floats, Floats, float]:
        """Weights by aspect and token, shifts by place, intercept."""
        crossed = solution[: -(MAX_POSITION + 2)]
        weights = crossed.reshape(self.aspects.shape[1], self.tokens.shape[1])
        return weights, solution[-(MAX_POSITION + 2) : -1], float(solution[-1])

    def log_odds(self, solution: Floats) -> Floats:
        """The log-odds of each cell."""
        weights, position, intercept = self.split(solution)
        by_item = self.tokens @ (self.aspects @ weights).T
        places = self.places
        odds: Floats = by_item[places.situation, places.item] + position[places.position] + intercept
        return odds

    def _cost(self, solution: Floats) -> tuple[float, Floats]:
        odds = self.log_odds(solution)
        misfit = self.shown * expit(odds) - self.taken
        shape = (self.tokens.shape[0], self.aspects.shape[0])
        flat = self.places.situation * shape[1] + self.places.item
        by_item = np.bincount(flat, weights=misfit, minlength=shape[0] * shape[1]).reshape(shape)
        crossed = self.aspects.T @ (self.tokens.T @ by_item).T
        by_place = np.bincount(self.places.position, weights=misfit, minlength=MAX_POSITION + 1)
        regularised = solution.copy()
        regularised[-1] = 0.0
        gradient = np.concatenate([crossed.ravel(), by_place, [misfit.sum()]]) + self.ridge * regularised
        likelihood = float(np.sum(self.shown * np.logaddexp(0, odds) - self.taken * odds))
        return likelihood + 0.5 * self.ridge * float(regularised @ regularised), gradient


def _switches(rows: list[list[int]]) -> sparse.csr_matrix:
    """A matrix with a one wherever a row switches a column on."""
    lengths = [len(row) for row in rows]
    columns = np.array([value for row in rows for value in row], np.int64)
    return sparse.csr_matrix((np.ones(len(columns)), columns, np.concatenate([[0], np.cumsum(lengths)])))


def _traits(
    names: list[str], users: Mapping[str, Mapping[str, Any]], columns: tuple[str, ...]
) -> tuple[Ints, list[Situation]]:
    seen: dict[Situation, int] = {}
    codes = [seen.setdefault(traits_of(users.get(name), columns), len(seen)) for name in names]
    return np.array(codes, np.int64), list(seen)


def _cells(examples: TrainingExamples, trait: Ints, traits: int) -> tuple[Ints, _Places]:
    pair = examples.context * traits + trait
    places = MAX_POSITION + 1
    key = (pair * len(examples.items) + examples.item) * places + examples.position
    cells, inverse = np.unique(key, return_inverse=True)
    rest, position = np.divmod(cells, places)
    pairs, item = np.divmod(rest, len(examples.items))
    situations, situation = np.unique(pairs, return_inverse=True)
    return inverse, _Places(item=item, situation=situation, position=position, situations=situations)
