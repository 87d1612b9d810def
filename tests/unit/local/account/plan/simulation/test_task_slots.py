"""Tests of how tasks reach environments."""

from random import Random

import pytest

from local.account.plan.simulation.simulated_time import Process, SimulatedTime
from local.account.plan.simulation.task_slots import CONTINUE_AFTER_SECONDS, Task, TaskSlots
from tests.unit.local.account.plan.planned_stage import exact_steps

QUEUE_SECONDS = 0.01


def slots(time: SimulatedTime, *, pollers: int | None, concurrency: int) -> TaskSlots:
    return TaskSlots(
        time=time,
        measured=exact_steps(QUEUE_SECONDS),
        random=Random(1),
        pollers=pollers,
        concurrency=concurrency,
    )


def recorded_task(time: SimulatedTime, starts: list[float], *, seconds: float) -> Task:
    def deliver() -> Process:
        starts.append(time.seconds)
        yield seconds

    return deliver


@pytest.mark.parametrize(
    ("pollers", "concurrency", "last"),
    [
        # Seven pollers return seven tasks ten times a second: 64 begin within a second
        (7, 100, 0.9),
        # Without provisioned pollers five begin at once, and five more in each second
        (None, 100, 12.0),
    ],
)
def test_tasks_begin_as_the_pollers_allow(pollers: int | None, concurrency: int, last: float) -> None:
    time, starts = SimulatedTime(), list[float]()
    slots(time, pollers=pollers, concurrency=concurrency).run(
        [recorded_task(time, starts, seconds=100) for _ in range(64)]
    )
    time.run()
    assert len(starts) == 64
    assert max(starts) == pytest.approx(last, abs=0.2)


def test_no_more_tasks_run_at_once_than_the_concurrency_allows() -> None:
    # GIVEN twelve tasks of a second, of which four run at once
    time, starts = SimulatedTime(), list[float]()
    running = slots(time, pollers=None, concurrency=4)
    running.run([recorded_task(time, starts, seconds=1) for _ in range(12)])
    time.run()
    # THEN they run in three rounds, and twelve seconds are billed
    assert max(starts) == pytest.approx(2.0, abs=0.1)
    assert running.busy_seconds == pytest.approx(12)


def test_a_task_that_is_incomplete_is_delivered_again() -> None:
    time, starts = SimulatedTime(), list[float]()
    running = slots(time, pollers=7, concurrency=10)

    def deliver() -> Process:
        starts.append(time.seconds)
        yield 1.0
        if len(starts) == 1:
            running.send_again(deliver)

    running.run([deliver])
    time.run()
    assert starts[1] - starts[0] == pytest.approx(1.0 + CONTINUE_AFTER_SECONDS + QUEUE_SECONDS)
