"""A run waits for a slow engine, so that the report has the whole match."""

import time
from dataclasses import dataclass, field, replace
from typing import Any

from domain.moment import Moment
from domain.signal import Signal
from local.play.replay.match_run import MatchRun, Timeouts
from local.play.replay.plan import ReplayPlan
from tests.support.builders import a_match
from tests.support.feed_entries import HOME, clock, end_of_match, goal, moments_of

SHORT = Timeouts(moment_seconds=0.02, first_moment_seconds=60.0, quiet_seconds=0.05, settling_seconds=60.0)


@dataclass
class SlowEngine:
    """Feed, log and screens in one; publishes moments some seconds after their signals were posted.

    The version of a moment comes so much later again.
    """

    seconds: float
    version_seconds: float = 0.0
    posted: list[Signal] = field(default_factory=list)
    due: list[tuple[float, Moment]] = field(default_factory=list)
    published: list[Moment] = field(default_factory=list)
    on_the_way: list[tuple[float, Moment]] = field(default_factory=list)
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)

    @property
    def version(self) -> int:
        for at, moment in [*self.on_the_way]:
            if at <= time.monotonic():
                self.on_the_way.remove((at, moment))
                self.messages[len(self.messages) + 1] = {"moment": {"type": moment.type.value}}
        return len(self.messages)

    async def post(self, _match_id: str, batch: list[Signal]) -> None:
        known = len(moments_of(self.posted))
        self.posted += batch
        at = time.monotonic() + self.seconds
        self.due += [(at, moment) for moment in moments_of(self.posted)[known:]]

    def collect(self, _on_moment: object) -> int:
        ready = [moment for at, moment in self.due if at <= time.monotonic()]
        self.due = [(at, moment) for at, moment in self.due if moment not in ready]
        self.published += ready
        self.on_the_way += [(time.monotonic() + self.version_seconds, moment) for moment in ready]
        return len(ready)

    def final_moments(self, _match_id: str) -> list[Moment]:
        return self.published

    async def wait_for_version_after(self, version: int, *, timeout_seconds: float) -> bool:
        del timeout_seconds
        return self.version > version

    async def wait_until_shown(self, *_: object, **__: object) -> int:
        return 0

    async def wait_until_answered(self, **_: object) -> None:
        return None


def run_of(engine: SlowEngine, signals: list[Signal], timeouts: Timeouts = SHORT) -> MatchRun:
    plan = ReplayPlan(
        match=a_match("m"), signals=signals, specs=[], personas=[], provider="test", engine="flink"
    )
    same: Any = engine
    return MatchRun(plan=plan, feed=same, viewers=same, app=same, log=same, observer=None, timeouts=timeouts)


async def test_moments_are_played_one_at_a_time_with_a_slow_engine() -> None:
    signals = [goal(HOME, 1, minute) for minute in (5, 20, 44)]
    # It may take three times as long as the slowest moment so far: here two seconds, which no pause takes.
    engine = SlowEngine(seconds=0.7)
    await run_of(engine, [*signals, end_of_match()]).play_fast()
    # nothing is left to publish, because the run waited for each moment
    assert engine.due == []


async def test_a_run_ends_with_full_time_and_not_with_silence() -> None:
    engine = SlowEngine(seconds=0.4)
    run = run_of(engine, [goal(HOME, 1, 5), end_of_match()])
    await engine.post("m", list(run.plan.signals))
    await run.settle()
    assert engine.published[-1].type == "FULL_TIME"


async def test_a_run_ends_when_the_version_of_full_time_has_come() -> None:
    # GIVEN versions that take far longer than it is quiet at the end
    engine = SlowEngine(seconds=0.0, version_seconds=10 * SHORT.quiet_seconds)
    run = run_of(engine, [goal(HOME, 1, 5), end_of_match()])
    await engine.post("m", list(run.plan.signals))
    await run.settle()
    assert engine.messages[engine.version]["moment"]["type"] == "FULL_TIME"
    # AND one that never comes is not waited for without end
    engine = SlowEngine(seconds=0.0, version_seconds=1_000)
    run = run_of(engine, [end_of_match()], replace(SHORT, last_version_seconds=0.5))
    await engine.post("m", list(run.plan.signals))
    await run.settle()
    assert engine.messages == {}


async def test_a_match_without_end_or_a_silent_engine_ends_the_run() -> None:
    quick, dead = SlowEngine(seconds=0), SlowEngine(seconds=1_000)
    start = time.monotonic()
    await run_of(quick, [clock(1, 5)]).settle()
    assert time.monotonic() - start < SHORT.settling_seconds / 2
    await run_of(dead, [end_of_match()], replace(SHORT, settling_seconds=1.0)).settle()
    assert dead.published == []
