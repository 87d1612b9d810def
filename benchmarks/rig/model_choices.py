"""Alternative models for campaigns, trained on the same examples as the twin's model."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Features: TypeAlias = Any
"""A dense or sparse table for scikit-learn; SciPy has no types."""
PRIOR_SHOWN = 20.0
RIDGE = 3.0
ROUNDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Distinct training examples: situation, item and position; how often shown, and the engagements.

    `situation` has a row per cell, and a column of codes per context column and per trait.
    """

    situation: Ints
    contexts: int
    """The number of context columns; the others are traits."""
    item: Ints
    items: int
    position: Ints
    shown: Floats
    engaged: Floats


Score = Callable[[Ints], Floats]
"""Return scores for every item, one row per situation."""


def smoothed_rates(cells: Cells) -> Score:
    """Smooth the rates by cohort and context towards those by context, and those towards the item's."""
    depths = (0, cells.contexts, cells.situation.shape[1])
    tables = [_counts(cells, depth) for depth in depths]
    overall = cells.engaged.sum() / cells.shown.sum()

    def score(situations: Ints) -> Floats:
        rates = np.full((len(situations), cells.items), overall)
        for depth, table in zip(depths, tables, strict=True):
            for at, row in enumerate(situations[:, :depth].tolist()):
                engaged, shown = table.get(tuple(row), (0.0, 0.0))
                rates[at] = (engaged + PRIOR_SHOWN * rates[at]) / (shown + PRIOR_SHOWN)
        return rates

    return score


def logistic_regression(cells: Cells) -> Score:
    """Fit scikit-learn's logistic regression to the item crossed with each column, and the position."""
    widths = cells.situation.max(axis=0) + 2
    starts = np.concatenate([[0], np.cumsum(widths)]) * cells.items
    size = int(starts[-1]) + cells.items + int(cells.position.max()) + 1

    def features(situation: Ints, item: Ints, position: Ints) -> Features:
        crossed = starts[:-1] + np.minimum(situation, widths - 1) * cells.items + item[:, None]
        columns = np.column_stack([crossed, starts[-1] + item, starts[-1] + cells.items + position])
        rows = np.arange(0, columns.size + 1, columns.shape[1])
        return sparse.csr_matrix((np.ones(columns.size), columns.ravel(), rows), (len(item), size))

    return _fitted(LogisticRegression(C=1 / RIDGE, max_iter=200), features, cells)


def boosted_trees(cells: Cells) -> Score:
    """Fit scikit-learn's gradient boosting to every column, the item and the position as categories."""

    def features(situation: Ints, item: Ints, position: Ints) -> Features:
        return np.column_stack([situation, item, position])

    categories = list(range(cells.situation.shape[1] + 2))
    model = HistGradientBoostingClassifier(
        max_iter=ROUNDS, categorical_features=categories, early_stopping=False, random_state=1
    )
    return _fitted(model, features, cells)


CHOICES: dict[str, Callable[[Cells], Score]] = {
    "smoothed_rates": smoothed_rates,
    "logistic_regression": logistic_regression,
    "boosted_trees": boosted_trees,
}


def _counts(cells: Cells, depth: int) -> dict[tuple[int, ...], tuple[Floats, Floats]]:
    """Return the engagements and the times shown of each item, by the first columns of the situation."""
    rows, of_cell = np.unique(cells.situation[:, :depth], axis=0, return_inverse=True)
    flat, size = of_cell.ravel() * cells.items + cells.item, len(rows) * cells.items
    engaged, shown = (
        np.bincount(flat, weights=counts, minlength=size).reshape(len(rows), cells.items)
        for counts in (cells.engaged, cells.shown)
    )
    return {tuple(row): (engaged[at], shown[at]) for at, row in enumerate(rows.tolist())}


def _fitted(
    model: LogisticRegression | HistGradientBoostingClassifier,
    features: Callable[[Ints, Ints, Ints], Features],
    cells: Cells,
) -> Score:
    """Fit a model to each cell twice, weighted by its examples with and without engagement."""
    given = features(cells.situation, cells.item, cells.position)
    twice = sparse.vstack([given, given]).tocsr() if sparse.issparse(given) else np.vstack([given, given])
    labels = np.repeat([1, 0], len(cells.item))
    model.fit(twice, labels, sample_weight=np.concatenate([cells.engaged, cells.shown - cells.engaged]))

    def score(situations: Ints) -> Floats:
        item = np.tile(np.arange(cells.items), len(situations))
        requests = features(np.repeat(situations, cells.items, axis=0), item, np.zeros_like(item))
        odds: Floats = model.decision_function(requests)
        return odds.reshape(len(situations), cells.items)

    return score
