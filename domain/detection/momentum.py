"""Momentum: which side has pressed for minutes, by field tilt over the last five minutes of play.

Field tilt is a side's share of all touches in the two final thirds:
https://the-footballanalyst.com/field-tilt-football-statistics-explained. A side presses when its tilt is
high and its touches in the final third are a large part of all play. The thresholds were chosen on real
matches; docs/detection.md, "Momentum", has the figures, `python -m benchmarks momentum_predicts_shots`
repeats them.

How to use it:

- `observe` takes entries that have a side and a position. The detector gives it those of type `other`, which
  are nearly all: a feed may amend or withdraw the others, and counts are not taken back.
- `pressing` says who presses at a second of a period. It may be asked of any second, in any order. The
  answer depends on what was observed, not on how often it is asked.
- `episodes` lists the episodes that began by a second, for a story that is replayed.
- Entries are counted in steps of 15 seconds, and the present step does not count yet. So an entry that comes
  up to 15 seconds late changes no earlier answer; one that comes later corrects the answers after its step.
- Of the last ids, at least `MAX_IDS` / 2, each counts once, with the position that came first. An entry that
  is withdrawn still counts; it is one of about eighty in the window.
- An answer changes only where a step begins, so a caller need not ask at each entry.
- Each period starts without counts. A shoot-out has no momentum.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.errors import InvalidFieldError
from domain.match import Side
from domain.match_event import FIRST_PERIOD, SHOOT_OUT_PERIOD
from domain.validation import LARGEST, Reader, read_text

STEP_SECONDS, WINDOW_STEPS = 15, 20
"""The window is five minutes."""
FINAL_THIRD = 2 / 3
FIRST_STEP = 8
"""No episode starts in the first two minutes of a period."""
MIN_ENTRIES = 30
"""With fewer in the window nobody presses: play stopped, or the feed is thin. Real windows have about 80."""
MAX_CLOCK_SECONDS = 10_000
MAX_STEPS = MAX_CLOCK_SECONDS // STEP_SECONDS + 1
MAX_IDS = 512
"""Ids that are remembered, in two halves; one is more than the window of the busiest real feed has."""

_AWAY = Side.AWAY
"""Looked up once: a member of an enumeration is slow to look up, and this runs for each entry."""
Totals = tuple[int, int, int]
"""Entries in the final third of the home side and of the away side, and all entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """When an episode starts, and below what it ends.

    `tilt` is the side's share of the entries in both final thirds, `share` that of its entries in its final
    third among all entries. Both must be reached to start; either ends the episode.
    """

    start_tilt: float
    start_share: float
    end_tilt: float
    end_share: float


THRESHOLDS = Thresholds(start_tilt=0.75, start_share=0.3, end_tilt=0.6, end_share=0.2)


@dataclass(frozen=True, slots=True)
class Pressure:
    """A side that presses, the second of the period from which that is known, and its field tilt."""

    side: Side
    since_seconds: int
    tilt: float


class Momentum:
    """Finds sustained pressure in the positions of a match's entries."""

    def __init__(self, thresholds: Thresholds = THRESHOLDS) -> None:
        self._thresholds = thresholds
        self._periods: dict[int, _PeriodMomentum] = {}
        self._ids: dict[str, None] = {}
        self._older_ids: dict[str, None] = {}

    def observe(self, entry_id: str, period: int, clock_seconds: float, side: Side, x: float) -> None:
        """Count an entry at `x`, from 0 at the side's own goal line to 1 at the opponents'."""
        ids = self._ids
        if entry_id in ids or entry_id in self._older_ids or period >= SHOOT_OUT_PERIOD:
            return
        ids[entry_id] = None
        if len(ids) == MAX_IDS // 2:
            self._ids, self._older_ids = {}, ids
        of_period = self._periods.get(period)
        if of_period is None:
            of_period = self._periods[period] = _PeriodMomentum(self._thresholds)
        step = int(clock_seconds) // STEP_SECONDS
        counts = of_period.steps.get(step)
        if counts is None:
            counts = of_period.steps[step] = [0, 0, 0]
        if x > FINAL_THIRD:
            counts[side is _AWAY] += 1
        counts[2] += 1
        if step + 1 < len(of_period.totals):
            of_period.forget_from(step + 1)

    def pressing(self, period: int, clock_seconds: float) -> Pressure | None:
        """Return the pressure at a second of a period; None if neither side presses."""
        of_period = self._periods.get(period)
        return of_period.at(int(clock_seconds // STEP_SECONDS) - 1) if of_period is not None else None

    def episodes(self, period: int, clock_seconds: float) -> tuple[Pressure, ...]:
        """Return the episodes that began by a second of a period, each with the tilt at its start."""
        of_period = self._periods.get(period)
        return of_period.episodes(int(clock_seconds // STEP_SECONDS) - 1) if of_period is not None else ()

    def state(self) -> dict[str, Any]:
        """Return everything that a checkpoint must store, JSON-safe and bounded."""
        return {
            "older_ids": list(self._older_ids),
            "ids": list(self._ids),
            "periods": {str(period): each.state() for period, each in self._periods.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the momentum from its state; raises InvalidFieldError that names a wrong field."""
        reader = Reader(state, "state.momentum")
        older, newer = _read_ids(reader, "older_ids"), _read_ids(reader, "ids")
        self._older_ids, self._ids = dict.fromkeys(older), dict.fromkeys(newer)
        periods = Reader(reader.mapping("periods"), reader.path("periods"))
        self._periods = {
            period: _PeriodMomentum(
                self._thresholds, periods.items(str(period), _read_step, maximum=MAX_STEPS)
            )
            for period in range(FIRST_PERIOD, SHOOT_OUT_PERIOD)
            if periods.has(str(period))
        }


class _PeriodMomentum:
    """Counts per step of one period, and what they say at the end of each step.

    `totals[n]` counts all steps before step n, and `_pressures[n]` is the pressure then.
    """

    def __init__(self, thresholds: Thresholds, steps: tuple[tuple[int, ...], ...] = ()) -> None:
        self._thresholds = thresholds
        self.steps = {step: list(counts) for step, *counts in steps}
        self.totals: list[Totals] = [(0, 0, 0)]
        self._pressures: list[Pressure | None] = [None]

    def forget_from(self, step: int) -> None:
        """Forget what was computed from a step on, because an earlier one has another entry."""
        del self.totals[step:], self._pressures[step:]

    def at(self, step: int) -> Pressure | None:
        if step < 0:
            return None
        pressures = self._pressures
        while len(pressures) <= step:
            self._advance()
        return pressures[step]

    def episodes(self, step: int) -> tuple[Pressure, ...]:
        self.at(step)
        began: dict[int, Pressure] = {}
        for pressure in self._pressures[: step + 1]:
            if pressure is not None:
                began.setdefault(pressure.since_seconds, pressure)
        return tuple(began.values())

    def state(self) -> list[list[int]]:
        return [[step, *counts] for step, counts in sorted(self.steps.items())]

    def _advance(self) -> None:
        """Compute the end of the next step."""
        step = len(self.totals)
        home, away, entries = self.totals[-1]
        counts = self.steps.get(step - 1)
        if counts is not None:
            home, away, entries = home + counts[0], away + counts[1], entries + counts[2]
        self.totals.append((home, away, entries))
        before_home, before_away, before = self.totals[max(0, step - WINDOW_STEPS)]
        in_window = (home - before_home, away - before_away, entries - before)
        self._pressures.append(self._pressure(step, in_window, self._pressures[-1]))

    def _pressure(self, step: int, counts: Totals, before: Pressure | None) -> Pressure | None:
        """Return the pressure at the end of a step; an episode that goes on keeps its beginning."""
        home, away, entries = counts
        if entries < MIN_ENTRIES or not home + away:
            return None
        side, own = (Side.HOME, home) if home > away else (Side.AWAY, away)
        tilt, share, limits = own / (home + away), own / entries, self._thresholds
        if before is not None and before.side is side:
            goes_on = tilt >= limits.end_tilt and share >= limits.end_share
            return Pressure(side, before.since_seconds, round(tilt, 2)) if goes_on else None
        if step >= FIRST_STEP and tilt >= limits.start_tilt and share >= limits.start_share:
            return Pressure(side, (step + 1) * STEP_SECONDS, round(tilt, 2))
        return None


def _read_ids(reader: Reader, name: str) -> tuple[str, ...]:
    return reader.items(name, read_text, maximum=MAX_IDS // 2)


def _read_count(value: object, path: str) -> int:
    return Reader({path: value}).integer(path, minimum=0, maximum=LARGEST)


def _read_step(value: object, path: str) -> tuple[int, ...]:
    """Read a step: its number, and its three counts."""
    counts = Reader({path: value}).items(path, _read_count, maximum=4)
    if len(counts) != 4 or counts[0] >= MAX_STEPS:
        raise InvalidFieldError(path, f"a step below {MAX_STEPS} and three counts", value)
    return counts
