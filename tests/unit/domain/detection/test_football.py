"""For any match, the rules find what follows from its list of goals."""

from collections import Counter
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from domain.match import Score, Side
from domain.match_event import MatchEventType
from domain.moment import Moment, MomentType
from domain.signal import Signal
from tests.support.feed_entries import AWAY, HOME, entry, goal, moments_of

LENGTHS = {1: 47, 2: 49, 3: 16, 4: 17}
"""The real length of each period in minutes."""
DISPLAY = {1: 0, 2: 45, 3: 90, 4: 105}
GOALS = (MomentType.GOAL, MomentType.OWN_GOAL)


@dataclass(frozen=True)
class Scored:
    """A goal on the list: the team that gains by it, and who put it in."""

    period: int
    minute: float
    side: Side
    player: str
    own: bool

    @property
    def play(self) -> float:
        """Seconds of play before it."""
        return 60 * (sum(LENGTHS[period] for period in range(1, self.period)) + self.minute)

    @property
    def late(self) -> bool:
        """From the 85th minute on; the first half's stoppage time is early."""
        return self.period > 1 and DISPLAY[self.period] + self.minute >= 85


@st.composite
def goal_lists(draw: st.DrawFn) -> list[Scored]:
    """Up to nine goals of up to four periods, no two in the same second, often close together."""
    periods = draw(st.sampled_from([2, 4]))
    seconds = st.tuples(st.integers(1, periods), st.integers(0, 46 * 60)).filter(
        lambda at: at[1] <= LENGTHS[at[0]] * 60
    )
    near = st.tuples(st.just(2), st.integers(38 * 60, 49 * 60))
    times = draw(st.lists(seconds | near, max_size=9, unique=True))
    return [
        Scored(
            period,
            second / 60,
            draw(st.sampled_from([HOME, AWAY])),
            draw(st.sampled_from("AB")),
            draw(st.sampled_from([False, False, False, True])),
        )
        for period, second in sorted(times)
    ]


def played(goals: list[Scored], *, kicks: int = 0) -> list[Moment]:
    """The match with its whistles, with extra time if goals fell in it, and a shoot-out of some kicks."""
    last = 4 if any(each.period > 2 for each in goals) else 2
    signals: list[Signal] = []
    for period in range(1, last + 1):
        signals.append(entry(MatchEventType.PERIOD_START, period, 0))
        signals += [
            goal(each.side, period, each.minute, each.player, own_goal=each.own)
            for each in goals
            if each.period == period
        ]
        signals.append(entry(MatchEventType.PERIOD_END, period, LENGTHS[period]))
    for kick in range(kicks):
        signals.append(entry(MatchEventType.SHOOT_OUT_KICK, 5, kick, side=HOME, player="A", scored=True))
    signals.append(entry(MatchEventType.MATCH_END, 5 if kicks else last, 12 if kicks else LENGTHS[last]))
    return moments_of(signals)


def scores(goals: list[Scored]) -> list[Score]:
    """The score after each goal."""
    found = [Score()]
    for each in goals:
        found.append(found[-1].plus(each.side))
    return found[1:]


def times_of(moments: list[Moment], kind: MomentType) -> list[tuple[int, float]]:
    return [(moment.period, moment.clock_seconds / 60) for moment in moments if moment.type is kind]


def at(goals: list[Scored]) -> list[tuple[int, float]]:
    return [(each.period, each.minute) for each in goals]


@given(goals=goal_lists())
def test_goals_and_the_score_after_each_are_those_of_the_list(goals: list[Scored]) -> None:
    found = [moment for moment in played(goals) if moment.type in GOALS]
    assert [moment.score for moment in found] == scores(goals)
    assert [moment.type is MomentType.OWN_GOAL for moment in found] == [each.own for each in goals]


@given(goals=goal_lists())
def test_a_rush_is_found_only_when_three_goals_are_within_ten_minutes_of_play(
    goals: list[Scored],
) -> None:
    most = max(
        (sum(0 <= last.play - each.play <= 600 for each in goals) for last in goals),
        default=0,
    )
    counts = [m.details["count"] for m in played(goals) if m.type is MomentType.GOAL_RUSH]
    assert max(counts, default=0) == (most if most >= 3 else 0)


@given(goals=goal_lists())
def test_late_equalisers_are_goals_that_level_the_score_from_the_85th_minute(goals: list[Scored]) -> None:
    level = [each for each, score in zip(goals, scores(goals), strict=True) if score.home == score.away]
    moments = played(goals)
    assert times_of(moments, MomentType.EQUALISER) == at(level)
    assert times_of(moments, MomentType.LATE_EQUALISER) == at([each for each in level if each.late])


@given(goals=goal_lists())
def test_a_late_winner_is_the_late_goal_after_which_the_winner_was_never_caught(goals: list[Scored]) -> None:
    after = scores(goals)
    winners = []
    if after and after[-1].leader is not None:
        winner = after[-1].leader
        behind_or_level = [number for number, score in enumerate(after) if score.leader is not winner]
        decisive = goals[behind_or_level[-1] + 1 if behind_or_level else 0]
        winners = [decisive] if decisive.late else []
    assert times_of(played(goals), MomentType.LATE_WINNER) == at(winners)


@given(goals=goal_lists())
def test_a_comeback_levels_what_was_two_goals_or_more(goals: list[Scored]) -> None:
    came_back, deepest = [], 0
    for each, score in zip(goals, scores(goals), strict=True):
        difference = score.home - score.away
        if difference == 0 and deepest >= 2:
            came_back.append(each)
        deepest = 0 if difference == 0 else max(deepest, abs(difference))
    assert times_of(played(goals), MomentType.COMEBACK) == at(came_back)


@given(goals=goal_lists())
def test_the_lead_changes_when_it_goes_to_the_team_that_did_not_have_it_last(goals: list[Scored]) -> None:
    changes: list[Scored] = []
    last = None
    for each, score in zip(goals, scores(goals), strict=True):
        if score.leader is not None and score.leader is not last:
            changes += [each] if last is not None else []
            last = score.leader
    assert times_of(played(goals), MomentType.LEAD_CHANGE) == at(changes)


@given(goals=goal_lists())
def test_a_hat_trick_is_a_third_goal_without_own_goals(goals: list[Scored]) -> None:
    count: Counter[tuple[Side, str]] = Counter()
    thirds = []
    for each in goals:
        if not each.own:
            count[each.side, each.player] += 1
            thirds += [each] if count[each.side, each.player] == 3 else []
    assert times_of(played(goals), MomentType.HAT_TRICK) == at(thirds)


@given(goals=goal_lists(), kicks=st.integers(1, 9))
def test_a_shoot_out_adds_its_kicks_and_changes_nothing_else(goals: list[Scored], kicks: int) -> None:
    of_the_shoot_out = (MomentType.SHOOT_OUT_KICK, MomentType.SHOOT_OUT, MomentType.FULL_TIME)
    without, with_kicks = played(goals), played(goals, kicks=kicks)
    assert sum(moment.type is MomentType.SHOOT_OUT_KICK for moment in with_kicks) == kicks
    assert [
        (moment.type, moment.order, moment.score)
        for moment in with_kicks
        if moment.type not in of_the_shoot_out
    ] == [
        (moment.type, moment.order, moment.score) for moment in without if moment.type not in of_the_shoot_out
    ]
    [full_time] = [moment for moment in with_kicks if moment.type is MomentType.FULL_TIME]
    assert full_time.score == (scores(goals) or [Score()])[-1]


@given(goals=goal_lists())
def test_level_late_is_found_five_minutes_before_the_end_of_each_deciding_period(goals: list[Scored]) -> None:
    moments = played(goals)
    periods = [2, 4] if any(each.period > 2 for each in goals) else [2]
    level = []
    for period in periods:
        left = {2: 40.0, 4: 10.0}[period]
        before = [each for each in goals if (each.period, each.minute) < (period, left)]
        if not before or scores(before)[-1].leader is None:
            level.append((period, left))
    assert times_of(moments, MomentType.LEVEL_LATE) == level
