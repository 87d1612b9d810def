"""Situations: match contexts with plausible frequencies."""

from dataclasses import dataclass

import numpy as np

from domain.registry import CONTEXT_REGISTRY
from local.study.simulator.population import Ints

EVENTS = {
    "none": 30,
    "kick_off": 4,
    "goal": 14,
    "goal_rush": 3,
    "equaliser": 4,
    "goal_disallowed": 2,
    "penalty": 4,
    "red_card": 3,
    "yellow_card": 10,
    "substitution": 10,
    "injury": 3,
    "level_late": 3,
    "break": 6,
    "full_time": 4,
    "crowd": 3,
    "chance": 12,
    "set_piece": 8,
    "pressure": 5,
    "var_check": 2,
    "stoppage": 3,
    "added_time": 3,
    "last_minutes": 3,
}
PHASES = {"first_half": 40, "half_time": 6, "second_half": 40, "last_five_minutes": 10, "finished": 4}
SCORES = {"home_by_two_or_more": 1, "home_by_one": 2, "level": 4, "away_by_one": 2, "away_by_two_or_more": 1}
COMPOSITIONS = {"even": 18, "home_short": 1, "away_short": 1}
OCCASIONS = {"league@home_ground": 6, "group@neutral_ground": 2, "final@neutral_ground": 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Situations:
    """Distinct contexts and the share of each."""

    contexts: tuple[dict[str, str], ...]
    shares: np.ndarray[tuple[int], np.dtype[np.float64]]

    def draw(self, count: int, rng: np.random.Generator) -> Ints:
        """Draw indexes of contexts by their shares."""
        return rng.choice(len(self.contexts), count, p=self.shares).astype(np.int64)


def make_situations(count: int, *, rng: np.random.Generator) -> Situations:
    """Draw `count` contexts that are valid in the context registry, and count the distinct ones."""
    columns = dict(
        zip(CONTEXT_REGISTRY.names, (EVENTS, SCORES, PHASES, COMPOSITIONS, OCCASIONS), strict=True)
    )
    drawn = {
        name: rng.choice(list(values), count, p=np.array(list(values.values())) / sum(values.values()))
        for name, values in columns.items()
    }
    rows = [dict(zip(drawn, (str(v) for v in row), strict=True)) for row in zip(*drawn.values(), strict=True)]
    cells: dict[str, int] = {}
    kept: dict[str, dict[str, str]] = {}
    for row in rows:
        cell = CONTEXT_REGISTRY.cell(CONTEXT_REGISTRY.validate(row))
        cells[cell] = cells.get(cell, 0) + 1
        kept[cell] = row
    return Situations(
        contexts=tuple(kept[cell] for cell in cells), shares=np.array(list(cells.values())) / count
    )
