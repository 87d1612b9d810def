"""The recorder of interactions in the simulated time of one lane."""

from benchmarks.rig.event_load import LaneClock, LaneTracker, Rows, SilentTelemetry
from lambdas.adapters.dynamo_budget import event_budgets
from lambdas.logic.event_rate import EventRate
from lambdas.logic.interaction_recorder import InteractionRecorder


class NoDeadLetters:
    """Nothing is invalid in the simulation."""

    def put_dead_letter(self, **letter: str | None) -> None:
        """Refuse what does not happen."""
        raise AssertionError(f"expected no dead letter, got {letter}")

    def try_dead_letters(self, letters: object) -> int:
        """Refuse what does not happen."""
        raise AssertionError(f"expected no dead letters, got {letters}")


def recorder_in(
    tracker: LaneTracker, rows: Rows, telemetry: SilentTelemetry, clock: LaneClock, calls_per_second: int
) -> InteractionRecorder:
    """Return the recorder of one execution environment, with the budgets that all of them share."""
    choices, impressions = event_budgets(rows.of_lane(clock), "connections", per_second=calls_per_second)
    return InteractionRecorder(
        tracker=tracker,
        dead_letters=NoDeadLetters(),
        telemetry=telemetry,
        rate=EventRate(choices=choices, impressions=impressions, clock=clock, sleep=clock.sleep),
    )
