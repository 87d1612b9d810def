"""The score of the Numenta Anomaly Benchmark (Lavin and Ahmad, 2015, arXiv:1510.03336), standard profile.

The first row at or above the threshold in a labelled window counts positively, the earlier the more. Each
such row outside the windows, and each window without one, counts negatively. The threshold is the best one
for the whole corpus. A detector without detections scores 0, one that detects the start of every window 100.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

FALSE_POSITIVE_WEIGHT = 0.11
FALSE_NEGATIVE_WEIGHT = 1.0
PROBATION_SHARE, PROBATION_ROWS = 0.15, 750
FAR_AFTER = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """The scores of a series, and its labelled windows as first and last row."""

    scores: Sequence[float]
    windows: Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The normalised score of a corpus and the best threshold."""

    score: float
    threshold: float


def evaluate(corpus: Mapping[str, Labelled]) -> Result:
    """Return the score at the corpus's best threshold."""
    rows = sorted(_weighted_rows(corpus), key=lambda row: row.score, reverse=True)
    points = _Points(corpus)
    best, best_threshold = points.total, math.inf
    for threshold, reached in groupby(rows, key=lambda row: row.score):
        points.count(reached)
        if points.total > best:
            best, best_threshold = points.total, threshold
    return Result(score=_normalised(best, corpus), threshold=best_threshold)


def held_out(corpus: Mapping[str, Labelled]) -> float:
    """Return the score if each series has the threshold that is best for the others."""
    total = 0.0
    for name, series in corpus.items():
        others = {other: labelled for other, labelled in corpus.items() if other != name}
        threshold = evaluate(others).threshold
        points = _Points({name: series})
        points.count(row for row in _weighted_rows({name: series}) if row.score >= threshold)
        total += points.total
    return _normalised(total, corpus)


def probation_rows(rows: int) -> int:
    """Return the number of rows at the start of a series that do not count."""
    return min(math.floor(PROBATION_SHARE * rows), PROBATION_ROWS)


def _normalised(points: float, corpus: Mapping[str, Labelled]) -> float:
    none_detected, perfect = _Points(corpus).total, len(_windows(corpus))
    return 100 * (points - none_detected) / (perfect - none_detected)


Window = tuple[str, int]


@dataclass(frozen=True, slots=True)
class _Row:
    score: float
    weight: float
    window: Window | None


class _Points:
    """The points of a corpus: the best row of each window, and every row outside."""

    def __init__(self, corpus: Mapping[str, Labelled]) -> None:
        self._windows = dict.fromkeys(_windows(corpus), -FALSE_NEGATIVE_WEIGHT)
        self._outside = 0.0

    def count(self, rows: Iterable[_Row]) -> None:
        for row in rows:
            if row.window is None:
                self._outside += row.weight
            else:
                self._windows[row.window] = max(self._windows[row.window], row.weight)

    @property
    def total(self) -> float:
        return self._outside + sum(self._windows.values())


def _windows(corpus: Mapping[str, Labelled]) -> list[Window]:
    return [
        (name, number)
        for name, series in corpus.items()
        for number, (_, last) in enumerate(series.windows)
        if last >= _probation(series)
    ]


def _probation(series: Labelled) -> int:
    return probation_rows(len(series.scores))


def _weighted_rows(corpus: Mapping[str, Labelled]) -> Iterator[_Row]:
    for name, series in corpus.items():
        yield from _series_rows(name, series)


def _series_rows(name: str, series: Labelled) -> list[_Row]:
    rows, number, before = [], 0, None
    for index, score in enumerate(series.scores):
        inside = number < len(series.windows) and series.windows[number][0] <= index
        if inside:
            first, last = series.windows[number]
            weight = _sigmoid(-(last - index + 1) / (last - first + 1)) / _sigmoid(-1.0)
        else:
            after = FAR_AFTER if before is None else (index - before[1]) / (before[1] - before[0])
            weight = FALSE_POSITIVE_WEIGHT * _sigmoid(after)
        if index >= _probation(series):
            rows.append(_Row(score, weight, (name, number) if inside else None))
        if inside and index == series.windows[number][1]:
            before, number = series.windows[number], number + 1
    return rows


def _sigmoid(position: float) -> float:
    """Return 1 long before a window's end, 0 at its end, -1 long after; positions are in window widths."""
    return -1.0 if position >= FAR_AFTER else 2 / (1 + math.exp(5 * position)) - 1
