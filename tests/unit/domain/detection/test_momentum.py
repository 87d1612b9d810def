"""Pressure is field tilt over five minutes: whoever holds the other side in its own third presses."""

import json
from collections.abc import Sequence
from itertools import count
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.detection.momentum import (
    MAX_CLOCK_SECONDS,
    MAX_IDS,
    MAX_STEPS,
    STEP_SECONDS,
    THRESHOLDS,
    Momentum,
    Thresholds,
)
from domain.errors import InvalidFieldError
from domain.match import Side

HOME, AWAY = Side.HOME, Side.AWAY
OWN_HALF, FINAL_THIRD = 0.3, 0.8
Observed = tuple[str, int, float, Side, float]
_ids = count()


def entries(
    side: Side, x: float, start: float, end: float, *, every: float = 5.0, period: int = 1
) -> list[Observed]:
    """Return an entry of a side at `x` every few seconds."""
    times = (start + every * number for number in range(int((end - start) / every)))
    return [(f"e{next(_ids)}", period, seconds, side, x) for seconds in times]


def pressed(start: float, end: float, *, period: int = 1) -> list[Observed]:
    """Return play in which the home side holds the away side in its own third."""
    return [
        *entries(HOME, FINAL_THIRD, start, end, period=period),
        *entries(AWAY, OWN_HALF, start + 2, end, period=period),
    ]


def open_play(start: float, end: float) -> list[Observed]:
    """Return play between the two thirds."""
    return [*entries(HOME, 0.5, start, end), *entries(AWAY, 0.5, start + 2, end)]


def momentum_after(observed: Sequence[Observed], thresholds: Thresholds = THRESHOLDS) -> Momentum:
    momentum = Momentum(thresholds)
    for entry in observed:
        momentum.observe(*entry)
    return momentum


def answers(momentum: Momentum) -> list[object]:
    return [
        momentum.pressing(period, seconds)
        for period in range(1, 5)
        for seconds in range(0, 3000, STEP_SECONDS)
    ]


def test_a_side_that_holds_the_other_in_its_own_third_presses() -> None:
    pressure = momentum_after(pressed(0, 600)).pressing(1, 600)
    assert pressure is not None
    assert (pressure.side, pressure.tilt) == (HOME, 1.0)


def test_nobody_presses_in_open_play_or_while_both_sides_attack() -> None:
    both = [*entries(HOME, FINAL_THIRD, 0, 600), *entries(AWAY, FINAL_THIRD, 2, 600)]
    assert momentum_after(open_play(0, 600)).pressing(1, 600) is None
    assert momentum_after(both).pressing(1, 600) is None
    assert Momentum().pressing(1, 600) is None


def test_an_attack_does_not_press_if_most_play_is_elsewhere() -> None:
    # GIVEN a side with every entry in the final thirds, which is a sixth of all entries
    rare = [*entries(HOME, FINAL_THIRD, 0, 600, every=15), *open_play(0, 600)]
    assert momentum_after(rare).pressing(1, 600) is None


def test_a_feed_with_few_positions_says_nothing() -> None:
    assert momentum_after(entries(HOME, FINAL_THIRD, 0, 600, every=20)).pressing(1, 600) is None


def test_nobody_presses_in_the_first_two_minutes_of_a_period() -> None:
    assert momentum_after(pressed(0, 600)).pressing(1, 134) is None
    assert momentum_after(pressed(0, 600)).pressing(1, 135) is not None


def test_an_episode_says_since_when_it_was_known_and_starts_once() -> None:
    momentum = momentum_after([*open_play(0, 300), *pressed(300, 900)])
    (episode,) = momentum.episodes(1, 900)
    assert momentum.pressing(1, episode.since_seconds - 1) is None
    assert momentum.pressing(1, episode.since_seconds) == episode
    later = momentum.pressing(1, 900)
    assert later is not None
    assert later.since_seconds == episode.since_seconds


def test_an_episode_outlasts_a_counter_attack_and_ends_in_open_play() -> None:
    # GIVEN pressure, thirty seconds of the other side's attack, pressure again, and then open play
    counter = entries(AWAY, FINAL_THIRD, 600, 630)
    momentum = momentum_after([*pressed(0, 600), *counter, *pressed(630, 900), *open_play(900, 1500)])
    # THEN there is one episode, which ends
    assert len(momentum.episodes(1, 1500)) == 1
    assert momentum.pressing(1, 900) is not None
    assert momentum.pressing(1, 1500) is None


def test_the_other_side_can_press_next() -> None:
    away = [*entries(AWAY, FINAL_THIRD, 600, 1200), *entries(HOME, OWN_HALF, 602, 1200)]
    momentum = momentum_after([*pressed(0, 600), *away])
    assert [episode.side for episode in momentum.episodes(1, 1200)] == [HOME, AWAY]


def test_each_period_starts_anew_and_a_shoot_out_has_no_momentum() -> None:
    momentum = momentum_after([*pressed(0, 600), *pressed(0, 600, period=5)])
    assert momentum.pressing(2, 15) is None
    assert momentum.pressing(5, 600) is None
    assert momentum.pressing(1, 600) is not None


def test_an_entry_that_is_later_corrects_the_answers_after_it() -> None:
    momentum = momentum_after([*open_play(0, 300), *pressed(300, 900)])
    assert momentum.pressing(1, 600) is not None
    for entry in entries(AWAY, FINAL_THIRD, 300, 600):
        momentum.observe(*entry)
    assert momentum.pressing(1, 600) is None


def test_an_entry_that_comes_again_counts_once() -> None:
    play = [*open_play(0, 300), *pressed(300, 450)]
    repeated = [play[number] for number in range(len(play)) for _ in range(3)]
    assert momentum_after(repeated).state() == momentum_after(play).state()


def test_thresholds_can_be_others() -> None:
    strict = Thresholds(start_tilt=0.9, start_share=0.9, end_tilt=0.8, end_share=0.8)
    assert momentum_after(pressed(0, 600), strict).pressing(1, 600) is None


def test_a_state_is_bounded() -> None:
    momentum = Momentum()
    for period in range(1, 5):
        for number in range(3 * MAX_STEPS):
            seconds = number * STEP_SECONDS / 3
            momentum.observe(f"{period}-{number}", period, min(seconds, MAX_CLOCK_SECONDS), HOME, 0.9)
    state = momentum.state()
    assert MAX_IDS / 2 <= len(state["ids"]) + len(state["older_ids"]) <= MAX_IDS
    assert all(len(steps) <= MAX_STEPS for steps in state["periods"].values())
    assert momentum_restored(state).state() == state


@pytest.mark.parametrize(
    ("state", "field"),
    [
        ({"ids": [7]}, "state.momentum.ids[0]"),
        ({"older_ids": "e1"}, "state.momentum.older_ids"),
        ({"periods": {"1": [[0, 1]]}}, "state.momentum.periods.1[0]"),
        ({"periods": {"1": [[MAX_STEPS, 0, 0, 0]]}}, "state.momentum.periods.1[0]"),
        ({"periods": {"1": [[0, -1, 0, 0]]}}, "state.momentum.periods.1[0][1]"),
    ],
)
def test_a_state_that_is_none_names_the_field(state: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidFieldError) as caught:
        Momentum().restore(state)
    assert caught.value.field == field


def momentum_restored(state: object) -> Momentum:
    momentum = Momentum()
    momentum.restore(json.loads(json.dumps(state)))
    return momentum


@st.composite
def plays(draw: st.DrawFn) -> list[Observed]:
    """Return stretches of pressure by either side, of open play, and of nothing."""
    observed: list[Observed] = []
    start = 0.0
    for kind in draw(st.lists(st.sampled_from(["home", "away", "open", "none"]), max_size=8)):
        end = start + draw(st.integers(20, 400))
        if kind == "open":
            observed += open_play(start, end)
        elif kind != "none":
            side = Side(kind)
            observed += entries(side, FINAL_THIRD, start, end)
            observed += entries(side.opponent, OWN_HALF, start + 2, end)
        start = end
    return observed


@given(play=plays(), chance=st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_answers(play: list[Observed], chance: Random) -> None:
    shuffled = list(play)
    chance.shuffle(shuffled)
    assert answers(momentum_after(shuffled)) == answers(momentum_after(play))


@given(play=plays(), asked=st.lists(st.floats(0, 3000), max_size=20))
def test_the_answers_do_not_depend_on_what_was_asked_before(play: list[Observed], asked: list[float]) -> None:
    momentum = Momentum()
    for number, entry in enumerate(play):
        momentum.observe(*entry)
        if asked:
            momentum.pressing(1, asked[number % len(asked)])
    assert answers(momentum) == answers(momentum_after(play))


@given(play=plays(), cut=st.integers(0, 200))
def test_a_restored_momentum_goes_on_as_if_nothing_had_happened(play: list[Observed], cut: int) -> None:
    before = momentum_after(play[:cut])
    before.pressing(1, 3000)
    restored = momentum_restored(before.state())
    for entry in play[cut - 3 if cut > 3 else 0 :]:
        restored.observe(*entry)
    assert answers(restored) == answers(momentum_after(play))


@given(play=plays())
def test_the_other_end_of_the_pitch_is_judged_alike(play: list[Observed]) -> None:
    turned = momentum_after([(*entry[:3], entry[3].opponent, entry[4]) for entry in play])
    here = momentum_after(play).episodes(1, 3000)
    there = turned.episodes(1, 3000)
    assert [(each.side, each.since_seconds) for each in here] == [
        (each.side.opponent, each.since_seconds) for each in there
    ]


@given(play=plays())
def test_the_episodes_are_those_that_pressing_shows(play: list[Observed]) -> None:
    momentum = momentum_after(play)
    shown = [momentum.pressing(1, seconds) for seconds in range(3001)]
    starts = {each.since_seconds: each.side for each in shown if each is not None}
    assert {each.since_seconds: each.side for each in momentum.episodes(1, 3000)} == starts


@given(play=plays(), chance=st.randoms(use_true_random=False))
def test_an_entry_up_to_fifteen_seconds_late_changes_no_answer(play: list[Observed], chance: Random) -> None:
    momentum, now, given_answers = Momentum(), 0.0, []
    for entry in sorted(play, key=lambda each: each[2] + chance.uniform(0, STEP_SECONDS)):
        momentum.observe(*entry)
        now = max(now, entry[2])
        given_answers.append((now, momentum.pressing(1, now)))
    assert [momentum.pressing(1, seconds) for seconds, _ in given_answers] == [
        answer for _, answer in given_answers
    ]
