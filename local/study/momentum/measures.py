"""Measures of momentum: each gives both sides a value at the end of every step of a period."""

from collections.abc import Callable, Mapping

import numpy as np

from domain.detection.momentum import Momentum, Thresholds
from local.study.momentum.expected_threat import zone_of
from local.study.momentum.located_match import SIDES, STEP_SECONDS, Floats, LocatedMatch

WINDOW_STEPS, STEPS_A_MINUTE = 20, 4
FINAL_THIRD = 2 / 3

Measure = Callable[[LocatedMatch, int, Floats], Floats]
"""Takes a match, a period and the expected threat of each zone."""


def pressing_sides(match: LocatedMatch, period: int, thresholds: Thresholds) -> Floats:
    """Return 1 for the side that presses by the rule in use, at the end of each step."""
    momentum = Momentum(thresholds)
    pressing = np.zeros((match.steps[period], 2))
    of_period = [entry for entry in match.entries if entry.period == period]
    position = 0
    for step in range(len(pressing)):
        ends_at = (step + 1) * STEP_SECONDS
        while position < len(of_period) and of_period[position].clock_seconds < ends_at:
            entry = of_period[position]
            momentum.observe(entry.id, period, entry.clock_seconds, SIDES[entry.side], entry.x)
            position += 1
        pressure = momentum.pressing(period, ends_at)
        if pressure is not None:
            pressing[step, SIDES.index(pressure.side)] = 1
    return pressing


def _field_tilt(match: LocatedMatch, period: int, _: Floats) -> Floats:
    return _share(_in_window(match.per_step([entry.x > FINAL_THIRD for entry in match.entries], period)))


def _territory(match: LocatedMatch, period: int, _: Floats) -> Floats:
    own = _in_window(match.per_step([entry.x > FINAL_THIRD for entry in match.entries], period))
    entries = _in_window(match.per_step([1.0] * len(match.entries), period)).sum(axis=1, keepdims=True)
    share: Floats = own / np.maximum(entries, 1)
    return share


def _possession(match: LocatedMatch, period: int, _: Floats) -> Floats:
    return _share(_in_window(match.per_step([1.0] * len(match.entries), period)))


def _threat_share(match: LocatedMatch, period: int, zone_values: Floats) -> Floats:
    return _share(_in_window(match.per_step([zone_values[zone_of(each)] for each in match.entries], period)))


def _shots(match: LocatedMatch, period: int, _: Floats) -> Floats:
    return _in_window(match.per_step([entry.is_shot for entry in match.entries], period))


def _greatest_threat(match: LocatedMatch, period: int, zone_values: Floats) -> Floats:
    """Return the lead in the greatest threat of each minute, the latest minute weighing most."""
    greatest = np.zeros((match.steps[period], 2))
    for entry in match.entries:
        if entry.period == period:
            until = entry.step + STEPS_A_MINUTE
            of_side = greatest[entry.step : until, entry.side]
            np.maximum(of_side, zone_values[zone_of(entry)], out=of_side)
    minutes = WINDOW_STEPS // STEPS_A_MINUTE
    total = np.zeros_like(greatest)
    for minute in range(minutes):
        shift = minute * STEPS_A_MINUTE
        total[shift:] += (1 - minute / minutes) * greatest[: len(greatest) - shift]
    return total - total[:, ::-1]


MEASURES: Mapping[str, Measure] = {
    "field tilt alone": _field_tilt,
    "final third, of all entries": _territory,
    "share of all entries": _possession,
    "expected threat": _threat_share,
    "greatest threat per minute": _greatest_threat,
    "shots so far": _shots,
}
"""Candidates by name; the greatest threat per minute is the form that Opta and the BBC describe."""


def _in_window(per_step: Floats) -> Floats:
    totals = np.vstack([np.zeros((1, 2)), np.cumsum(per_step, axis=0)])
    ends = np.arange(1, len(totals))
    window: Floats = totals[ends] - totals[np.maximum(ends - WINDOW_STEPS, 0)]
    return window


def _share(values: Floats) -> Floats:
    total = values.sum(axis=1, keepdims=True)
    share: Floats = np.divide(values, total, out=np.full_like(values, 0.5), where=total > 0)
    return share
