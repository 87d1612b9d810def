"""Situations that people have reported of live feeds end right, in any order of arrival and of delivery.

The inputs are beside the real data, not in this repository.
"""

import json
import random
from collections import Counter
from dataclasses import dataclass

import pytest

from domain.match_event import MatchEvent, MatchEventType
from domain.moment import MomentType
from domain.signal import Signal, SignalKind
from tests.support.arrival_orders import arrival_orders
from tests.support.detection_run import Run, detect
from tests.support.feed_entries import MADE_BY_TIME
from tests.support.real_data import real_data

pytestmark = pytest.mark.realdata

T = MomentType
MOST_ORDERS = 200


@dataclass(frozen=True, kw_only=True)
class Right:
    """What is right at the end of a situation."""

    score: tuple[int, int] = (0, 0)
    composition: str = "even"
    phase: str = "half_time"
    standing: dict[MomentType, int]
    withdrawn: str | None = None


EXPECTED = {
    "red-card-taken-back": Right(standing={T.YELLOW_CARD: 1}),
    "yellow-becomes-red": Right(standing={T.RED_CARD: 1}, composition="home_short"),
    "penalty-overturned": Right(standing={}),
    "goal-disallowed-then-given": Right(score=(1, 0), standing={T.GOAL: 1}),
    "goal-disallowed-then-given-same-envelope": Right(score=(1, 0), standing={T.GOAL: 1}),
    "entry-deleted-and-made-anew": Right(score=(0, 1), standing={T.OWN_GOAL: 1}, withdrawn="224"),
    "entry-amended": Right(score=(1, 0), standing={T.OWN_GOAL: 1}),
    "entry-amended-same-envelope": Right(score=(0, 1), standing={T.GOAL: 1}),
    "goal-confirmed-late": Right(score=(1, 0), composition="away_short", standing={T.GOAL: 1, T.RED_CARD: 1}),
    "match-end-too-early": Right(
        score=(2, 1),
        phase="finished",
        standing={T.GOAL: 3, T.LATE_WINNER: 1, T.LEVEL_LATE: 1, T.EXTRA_TIME: 1, T.FULL_TIME: 1},
    ),
    "scoreboard-ahead": Right(score=(1, 0), standing={T.GOAL: 1}),
    "cancellation-with-the-goal's-own-time": Right(standing={T.GOAL_DISALLOWED: 1}),
    "two-goals-in-one-second": Right(score=(1, 1), standing={T.GOAL: 2}),
}
OF_ANY_MATCH = (T.KICK_OFF, T.HALF_TIME, T.EQUALISER, *MADE_BY_TIME)


def situations() -> dict[str, list[Signal]]:
    cases = json.loads(real_data("../cases/corrections.json").read_text(encoding="utf-8"))
    return {case["name"]: [Signal.from_dict(signal) for signal in case["signals"]] for case in cases}


def withdrawal(of: Signal, related_id: str) -> Signal:
    return Signal(
        id=f"{related_id}-withdrawn",
        match_id=of.match_id,
        source=of.source,
        kind=SignalKind.MATCH_EVENT,
        occurred_at=of.occurred_at,
        match_event=MatchEvent(
            id=f"{related_id}-withdrawn",
            type=MatchEventType.ENTRY_WITHDRAWN,
            period=1,
            clock_seconds=0.0,
            related_id=related_id,
        ),
    )


def check(right: Right, run: Run) -> None:
    context = run.context
    assert (context.score.home, context.score.away) == right.score
    assert context.columns["TEAM_COMPOSITION"] == right.composition
    assert context.columns["MATCH_PHASE"] == right.phase
    found = Counter(moment.type for moment in run.standing if moment.type not in OF_ANY_MATCH)
    assert found == right.standing


@pytest.mark.parametrize("name", EXPECTED)
def test_a_reported_situation_ends_right(name: str) -> None:
    right, signals = EXPECTED[name], situations()[name]
    if right.withdrawn is not None:
        signals.append(withdrawal(signals[-1], right.withdrawn))
    check(right, detect(signals))
    for number, arrived in enumerate(arrival_orders(signals, most=MOST_ORDERS)):
        check(right, detect(arrived, delivered=random.Random(number)))


def test_every_reported_situation_is_known() -> None:
    assert set(situations()) == set(EXPECTED)
