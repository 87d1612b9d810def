"""What a side that presses does in the next five minutes, compared with a side that does not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from local.study.momentum.located_match import STEP_SECONDS, Floats, LocatedMatch

Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]

AHEAD_SECONDS = 300
FIRST_STEP, STEPS_BEFORE_END = 8, 4
SAMPLES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value with its 95% interval, by a bootstrap over matches; infinite where the rest has none."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Instants:
    """Every 15 seconds of play, once for each side: what follows within five minutes."""

    match: Indices
    team: Indices
    shots: Floats
    shots_against: Floats
    goals: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """How many times the shots and goals of a side that does not press; `against` is the other side's shots.

    `within_team` compares each team with itself in the same match.
    """

    shots: Estimate
    goals: Estimate
    against: Estimate
    within_team: float


def instants_of(matches: Sequence[LocatedMatch]) -> Instants:
    """Return the instants of the matches, in the order of `flatten`."""
    ahead = [_ahead(match, period) for match in matches for period in match.steps]
    shots = np.concatenate([each[0] for each in ahead])
    goals = np.concatenate([each[1] for each in ahead])
    numbers = [
        np.full(len(_kept(match.steps[period])), number)
        for number, match in enumerate(matches)
        for period in match.steps
    ]
    match_numbers = np.concatenate(numbers)
    sides = np.tile([0, 1], len(match_numbers))
    each_side = np.repeat(match_numbers, 2)
    return Instants(
        match=each_side,
        team=each_side * 2 + sides,
        shots=shots.ravel(),
        shots_against=shots[:, ::-1].ravel(),
        goals=goals.ravel(),
    )


def flatten(matches: Sequence[LocatedMatch], values: Callable[[int, int], Floats]) -> Floats:
    """Return `values(number of the match, period)` at each instant."""
    return np.concatenate(
        [
            values(number, period)[_kept(steps)].ravel()
            for number, match in enumerate(matches)
            for period, steps in match.steps.items()
        ]
    )


def predict(pressing: Flags, instants: Instants) -> Prediction:
    """Compare the instants at which a side presses with all others."""
    sums = _sums(pressing, instants, instants.match)
    rng = np.random.default_rng(1)
    drawn = sums[rng.integers(0, len(sums), (SAMPLES, len(sums)))].sum(axis=1)
    whole = sums.sum(axis=0)
    return Prediction(
        shots=_estimate(_shots_ratio, whole, drawn),
        goals=_estimate(_goals_ratio, whole, drawn),
        against=_estimate(_against_ratio, whole, drawn),
        within_team=_within_team(_sums(pressing, instants, instants.team)),
    )


def area_under_curve(values: Floats, instants: Instants) -> float:
    """Return how often a side that will shoot has the higher value than one that will not.

    Ties count half.
    """
    shoots = instants.shots > 0
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[which]
    positives, negatives = int(shoots.sum()), int((~shoots).sum())
    return float((ranks[shoots].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def _kept(steps: int) -> Indices:
    return np.arange(min(FIRST_STEP - 1, steps), max(FIRST_STEP - 1, steps - STEPS_BEFORE_END))


def _ahead(match: LocatedMatch, period: int) -> tuple[Floats, Floats]:
    """Return the shots and the goals of both sides that follow each instant."""
    kept = _kept(match.steps[period])
    ends = (kept + 1.0) * STEP_SECONDS
    shots, goals = np.zeros((len(kept), 2)), np.zeros((len(kept), 2))
    for entry in match.entries:
        if entry.period == period and entry.is_shot:
            follows = (ends <= entry.clock_seconds) & (entry.clock_seconds < ends + AHEAD_SECONDS)
            shots[follows, entry.side] += 1
            goals[follows, entry.side] += entry.is_goal
    return shots, goals


PRESSING, SHOTS, GOALS, AGAINST, OTHERS, OTHER_SHOTS, OTHER_GOALS = range(7)


def _sums(pressing: Flags, instants: Instants, group: Indices) -> Floats:
    """Return the columns above for each group."""
    on, off = pressing.astype(float), 1.0 - pressing
    columns = (
        on,
        on * instants.shots,
        on * instants.goals,
        on * instants.shots_against,
        off,
        off * instants.shots,
        off * instants.goals,
    )
    return np.stack([np.bincount(group, column) for column in columns], axis=1)


def _shots_ratio(sums: Floats) -> Floats:
    return _ratio(sums[..., SHOTS] * sums[..., OTHERS], sums[..., OTHER_SHOTS] * sums[..., PRESSING])


def _goals_ratio(sums: Floats) -> Floats:
    return _ratio(sums[..., GOALS] * sums[..., OTHERS], sums[..., OTHER_GOALS] * sums[..., PRESSING])


def _against_ratio(sums: Floats) -> Floats:
    return _ratio(sums[..., SHOTS], sums[..., AGAINST])


def _ratio(above: Floats, below: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio: Floats = np.divide(above, below)
    return ratio


def _within_team(sums: Floats) -> float:
    """Return the Mantel-Haenszel ratio of rates, with a stratum for each team of each match."""
    time = sums[:, PRESSING] + sums[:, OTHERS]
    shots = (sums[:, SHOTS] * sums[:, OTHERS] / time).sum()
    return float(shots / (sums[:, OTHER_SHOTS] * sums[:, PRESSING] / time).sum())


def _estimate(ratio: Callable[[Floats], Floats], whole: Floats, drawn: Floats) -> Estimate:
    low, high = np.nanpercentile(ratio(drawn), [2.5, 97.5], method="nearest")
    return Estimate(value=float(ratio(whole)), low=float(low), high=float(high))
