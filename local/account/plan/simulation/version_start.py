"""What the simulation of a version begins with in both modes: clock, chance, queue and campaign."""

from dataclasses import dataclass
from random import Random

from local.account.plan.measured import Measured
from local.account.plan.simulation.limits import LeaseTable
from local.account.plan.simulation.rankings import CampaignCalls
from local.account.plan.simulation.simulated_time import SimulatedTime
from local.account.plan.simulation.task_slots import TaskSlots
from local.account.plan.stage_capacity import StageCapacity

STEPS_BEFORE = ("moment_to_builder", "context_write", "task_sending")
"""From a moment to the tasks of its version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionStart:
    """The simulated time at which a version's tasks are sent, with what they share."""

    random: Random
    time: SimulatedTime
    table: LeaseTable
    slots: TaskSlots
    calls: CampaignCalls

    @staticmethod
    def of(capacity: StageCapacity, measured: Measured, seed: int) -> "VersionStart":
        """Return the start of a version in a stage."""
        random, time, table = Random(seed), SimulatedTime(), LeaseTable()
        time.seconds = sum(measured.sample(step, random) for step in STEPS_BEFORE)
        return VersionStart(
            random=random,
            time=time,
            table=table,
            slots=TaskSlots(
                time=time,
                measured=measured,
                random=random,
                pollers=capacity.dispatch_pollers,
                concurrency=capacity.dispatch_concurrency,
            ),
            calls=CampaignCalls(
                time=time,
                measured=measured,
                random=random,
                table=table,
                per_second=capacity.campaign_per_second,
            ),
        )
