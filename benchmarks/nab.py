"""Numenta's own way to score an anomaly detector (Lavin and Ahmad, 2015, arXiv:1510.03336), standard profile.

The first row at or over the threshold in a labelled window counts by how early it is, each such row outside
costs, a window without one costs; the threshold is the best for the whole corpus, and 0 is a detector that
never speaks, 100 one that speaks at the start of every window.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

FALSE_POSITIVE_WEIGHT = 0.11
FALSE_NEGATIVE_WEIGHT = 1.0
PROBATION_SHARE, PROBATION_ROWS = 0.15, 750
FAR_BEHIND = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A series as scored by a detector, with its windows as first and last row."""

    scores: Sequence[float]
    windows: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The normalised score of a corpus and the threshold that reaches it."""

    score: float
    threshold: float


def evaluate(corpus: Mapping[str, Labelled]) -> Result:
    """The score at the corpus's best threshold."""
    rows = sorted(
        (row for name, series in corpus.items() for row in _weighed(name, series)),
        key=lambda row: row.score,
        reverse=True,
    )
    windows = dict.fromkeys(_windows(corpus), -FALSE_NEGATIVE_WEIGHT)
    outside, best, best_threshold = 0.0, sum(windows.values()), math.inf
    for threshold, reached in groupby(rows, key=lambda row: row.score):
        for row in reached:
            if row.window is None:
                outside += row.weight
            else:
                windows[row.window] = max(windows[row.window], row.weight)
        total = outside + sum(windows.values())
        if total > best:
            best, best_threshold = total, threshold
    silent, perfect = -FALSE_NEGATIVE_WEIGHT * len(windows), float(len(windows))
    return Result(score=100 * (best - silent) / (perfect - silent), threshold=best_threshold)


Window = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Row:
    score: float
    weight: float
    window: Window | None


def _windows(corpus: Mapping[str, Labelled]) -> list[Window]:
    return [
        (name, number)
        for name, series in corpus.items()
        for number, (_, last) in enumerate(series.windows)
        if last >= _probation(series)
    ]


def _probation(series: Labelled) -> int:
    return min(math.floor(PROBATION_SHARE * len(series.scores)), PROBATION_ROWS)


def _weighed(name: str, series: Labelled) -> list[_Row]:
    rows, number, before = [], 0, None
    for index, score in enumerate(series.scores):
        inside = number < len(series.windows) and series.windows[number][0] <= index
        if inside:
            first, last = series.windows[number]
            weight = _sigmoid(-(last - index + 1) / (last - first + 1)) / _sigmoid(-1.0)
        else:
            behind = FAR_BEHIND if before is None else (index - before[1]) / (before[1] - before[0])
            weight = FALSE_POSITIVE_WEIGHT * _sigmoid(behind)
        if index >= _probation(series):
            rows.append(_Row(score, weight, (name, number) if inside else None))
        if inside and index == series.windows[number][1]:
            before, number = series.windows[number], number + 1
    return rows


def _sigmoid(position: float) -> float:
    """1 well before a window's end, 0 at it, -1 well behind it; positions in widths of the window."""
    return -1.0 if position >= FAR_BEHIND else 2 / (1 + math.exp(5 * position)) - 1
