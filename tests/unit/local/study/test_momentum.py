"""The study of momentum counts what follows pressure as one would by hand."""

import numpy as np
import pytest

from domain.match import Side
from domain.match_event import MatchEvent, MatchEventType, ShotOutcome
from local.study.momentum.expected_threat import LENGTHWISE, zone_values
from local.study.momentum.located_match import LocatedMatch
from local.study.momentum.measures import MEASURES
from local.study.momentum.prediction import area_under_curve, flatten, instants_of, predict


def entry(number: int, seconds: float, side: Side, x: float, *, goal: bool = False) -> MatchEvent:
    kind = MatchEventType.GOAL if goal else MatchEventType.OTHER
    return MatchEvent(id=str(number), type=kind, period=1, clock_seconds=seconds, side=side, x=x, y=0.5)


def shot(seconds: float, side: Side) -> MatchEvent:
    return MatchEvent(
        id=f"shot-{seconds}",
        type=MatchEventType.SHOT,
        period=1,
        clock_seconds=seconds,
        side=side,
        x=0.9,
        y=0.5,
        outcome=ShotOutcome.SAVED,
    )


def half(*more: MatchEvent) -> LocatedMatch:
    """Return twenty minutes in which both sides play in midfield, with more entries."""
    midfield = [entry(number, number * 5.0, (Side.HOME, Side.AWAY)[number % 2], 0.5) for number in range(240)]
    return LocatedMatch.of([*midfield, *more])


def test_instants_count_the_shots_of_the_next_five_minutes() -> None:
    match = half(shot(600, Side.HOME))
    instants = instants_of([match])
    # THEN the shot counts at each of the twenty instants until five minutes before it, for one side
    assert instants.shots.sum() == instants.shots_against.sum() == 20
    home = instants.team == 0
    assert instants.shots[home].sum() == 20
    assert instants.shots_against[~home].sum() == 20


def test_the_ratio_is_that_of_the_rates_of_shots() -> None:
    matches = [half(entry(1000, 600, side, 0.9, goal=True)) for side in Side]
    instants = instants_of(matches)
    with_shot = instants.shots > 0
    # GIVEN a measure that is right at half of the instants before a shot and wrong as often
    pressing = np.zeros_like(with_shot)
    pressing[np.flatnonzero(with_shot)[::2]] = True
    pressing[np.flatnonzero(~with_shot)[:20]] = True
    found = predict(pressing, instants)
    rate, rate_without = 20 / 40, 20 / (len(pressing) - 40)
    assert found.shots.value == pytest.approx(rate / rate_without)
    assert found.goals.value == found.shots.value
    assert found.shots.low <= found.shots.value <= found.shots.high


def test_a_measure_that_says_nothing_has_half_of_the_area_under_the_curve() -> None:
    instants = instants_of([half(shot(600, Side.HOME))])
    assert area_under_curve(np.zeros(len(instants.shots)), instants) == 0.5
    assert area_under_curve(instants.shots, instants) == 1.0


def test_expected_threat_grows_towards_the_goal_and_is_the_same_on_both_sides() -> None:
    # GIVEN attacks from the own third through midfield to the goal, half of which lose the ball on the way
    entries = []
    for start in range(0, 1200, 30):
        loses = start % 60 == 0
        entries += [
            entry(start, start, Side.HOME, 0.1),
            entry(start + 1, start + 5, Side.HOME, 0.6),
            entry(
                start + 2,
                start + 10,
                Side.AWAY if loses else Side.HOME,
                0.3 if loses else 0.95,
                goal=not loses,
            ),
            entry(start + 3, start + 15, Side.AWAY, 0.3),
        ]
        if start % 90 == 0:
            entries[-4:] = [entry(start, start, Side.HOME, 0.1), entry(start + 1, start + 5, Side.AWAY, 0.3)]
    values = zone_values([LocatedMatch.of(entries)]).reshape(LENGTHWISE, -1)
    assert 0 < values[1].max() < values[7].max() < values[11].max() < 1
    assert values == pytest.approx(values[:, ::-1])


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_has_a_value_for_each_side_at_each_instant(name: str) -> None:
    match = half(*(entry(1000 + number, 400 + number, Side.HOME, 0.9) for number in range(100)))
    threat = zone_values([match])
    values = flatten([match], lambda _, period: MEASURES[name](match, period, threat))
    assert values.shape == instants_of([match]).shots.shape
    assert np.isfinite(values).all()


def test_field_tilt_is_the_share_of_entries_in_the_final_thirds() -> None:
    match = half(
        *(entry(1000 + number, 400, (Side.HOME, Side.AWAY)[number == 0], 0.9) for number in range(4))
    )
    tilt = MEASURES["field tilt alone"](match, 1, np.zeros(96))
    # THEN before them it is even, and while they are in the window three of four are the home side's
    assert tilt[10].tolist() == [0.5, 0.5]
    assert tilt[30].tolist() == [0.75, 0.25]
    assert tilt[60].tolist() == [0.5, 0.5]
