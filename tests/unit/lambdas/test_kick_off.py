"""Capacity is raised before kick-off and lowered after the last match."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from domain.capacity_change import CapacityChange
from domain.errors import InvalidFieldError
from domain.match import Match
from lambdas.adapters.capacity_schedule import SchedulerCapacitySchedule, schedule_input
from lambdas.adapters.function_capacity import LambdaDispatchCapacity
from lambdas.handlers import schedule_kick_off, set_campaign_capacity
from lambdas.handlers.composition import capacity, stores
from lambdas.handlers.composition.provider import reset_all
from lambdas.handlers.errors import BatchFailedError
from lambdas.logic.kick_off import (
    AT_ONCE,
    STAND_DOWN,
    STAND_DOWN_NAME,
    WARM_UP,
    CapacityKeeper,
    KickOffPlanner,
)
from tests.support import builders, fakes
from tests.support.lambda_context import LambdaContext

FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:capacity"
ROLE = "arn:aws:iam::123456789012:role/scheduler"
CHANGE = CapacityChange(name=STAND_DOWN_NAME, at=builders.KICK_OFF, transactions_per_second=2)
REQUEST = {
    "Name": STAND_DOWN_NAME,
    "GroupName": "matches",
    "ScheduleExpression": "at(2021-06-11T19:00:00)",
    "ScheduleExpressionTimezone": "UTC",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "ActionAfterCompletion": "DELETE",
    "Target": {"Arn": FUNCTION, "RoleArn": ROLE, "Input": '{"minimum_transactions_per_second": 2}'},
}


class InMemoryCapacitySchedule:
    """Scheduled changes by name."""

    def __init__(self) -> None:
        self.changes: dict[str, CapacityChange] = {}

    def put_change(self, change: CapacityChange) -> None:
        self.changes[change.name] = change

    def postpone_change(self, change: CapacityChange) -> None:
        known = self.changes.get(change.name)
        if known is None or known.at < change.at:
            self.put_change(change)

    @property
    def warm_up(self) -> CapacityChange:
        (change,) = (change for name, change in self.changes.items() if name != STAND_DOWN_NAME)
        return change


def planner(schedule: InMemoryCapacitySchedule, now: datetime) -> KickOffPlanner:
    return KickOffPlanner(
        matches=fakes.InMemoryMatchStore(),
        schedule=schedule,
        match_rate=250,
        match_environments=64,
        clock=lambda: now,
    )


class Season:
    """A campaign and a dispatch whose scheduled changes are applied when they are due."""

    def __init__(self) -> None:
        self.schedule = InMemoryCapacitySchedule()
        self.now = builders.KICK_OFF - timedelta(days=30)
        self.provisioned: list[tuple[datetime, int]] = []
        self.ready: list[tuple[datetime, int]] = []

    def provision(self, minimum_transactions_per_second: int) -> None:
        self.provisioned.append((self.now, minimum_transactions_per_second))

    def keep_ready(self, environments: int) -> None:
        self.ready.append((self.now, environments))

    def announce(self, *matches: Match) -> None:
        for match in matches:
            planner(self.schedule, self.now).plan(match)

    def apply_changes(self) -> None:
        """Apply scheduled changes in order until there are none."""
        keeper = CapacityKeeper(
            campaign=self, dispatch=self, schedule=self.schedule, resting_rate=2, clock=lambda: self.now
        )
        while self.schedule.changes:
            due = min(self.schedule.changes.values(), key=lambda change: change.at)
            del self.schedule.changes[due.name]
            self.now = due.at
            keeper.apply_change(schedule_input(due))


def test_capacity_is_raised_before_kick_off_and_lowered_after_the_match() -> None:
    # GIVEN a match that is announced a month ahead
    season = Season()
    season.announce(builders.a_match())
    assert list(season.schedule.changes.values()) == [season.schedule.warm_up]
    # WHEN its changes are applied
    season.apply_changes()
    # THEN capacity is up at kick-off, and down after the match
    assert season.provisioned == [(builders.KICK_OFF - WARM_UP, 250), (builders.KICK_OFF + STAND_DOWN, 2)]
    assert season.ready == [(builders.KICK_OFF - WARM_UP, 64), (builders.KICK_OFF + STAND_DOWN, 0)]


def test_a_change_without_environments_leaves_the_dispatch_as_it_is() -> None:
    season = Season()
    keeper = CapacityKeeper(
        campaign=season, dispatch=season, schedule=season.schedule, resting_rate=2, clock=lambda: season.now
    )
    keeper.apply_change({"minimum_transactions_per_second": 400})
    assert [rate for _, rate in season.provisioned] == [400]
    assert season.ready == []


def test_a_campaign_is_warmed_although_the_dispatch_is_not() -> None:
    # GIVEN an account without the concurrency for the environments
    class Refusing(Season):
        def keep_ready(self, environments: int) -> None:
            raise TimeoutError(environments)

    season = Refusing()
    season.announce(builders.a_match())
    # WHEN the change is applied THEN it fails, so that its alarm rings, and the campaign is warm
    with pytest.raises(TimeoutError):
        season.apply_changes()
    assert [rate for _, rate in season.provisioned] == [250]


@pytest.mark.parametrize("reversed_order", [False, True])
def test_overlapping_matches_share_one_stand_down(reversed_order: bool) -> None:
    # GIVEN an early and a late match of one evening and one of next week, announced at once in either order
    early = builders.a_match("early")
    late = replace(builders.a_match("late"), kick_off=builders.KICK_OFF + timedelta(hours=3))
    later = replace(builders.a_match("later"), kick_off=builders.KICK_OFF + timedelta(days=7))
    matches = [early, late, later]
    season = Season()
    season.announce(*(reversed(matches) if reversed_order else matches))
    season.apply_changes()
    # THEN no stand-down affects a current match, and capacity is down during the week between
    assert [(at - builders.KICK_OFF, rate) for at, rate in season.provisioned] == [
        (-WARM_UP, 250),
        (timedelta(hours=3) - WARM_UP, 250),
        (timedelta(hours=3) + STAND_DOWN, 2),
        (timedelta(days=7) - WARM_UP, 250),
        (timedelta(days=7) + STAND_DOWN, 2),
    ]


def test_the_stand_down_is_scheduled_before_the_increase() -> None:
    # GIVEN a campaign whose update fails
    class Refusing(Season):
        def provision(self, minimum_transactions_per_second: int) -> None:
            raise TimeoutError(minimum_transactions_per_second)

    season = Refusing()
    season.announce(builders.a_match())
    with pytest.raises(TimeoutError):
        season.apply_changes()
    assert set(season.schedule.changes) == {STAND_DOWN_NAME}


def test_a_match_announced_after_kick_off_raises_capacity_at_once() -> None:
    schedule = InMemoryCapacitySchedule()
    now = builders.KICK_OFF + timedelta(minutes=10)
    assert planner(schedule, now).plan(builders.a_match())
    assert schedule.warm_up.at == now + AT_ONCE


def test_a_past_match_schedules_nothing() -> None:
    schedule = InMemoryCapacitySchedule()
    assert not planner(schedule, builders.KICK_OFF + STAND_DOWN).plan(builders.a_match())
    assert schedule.changes == {}


def test_a_schedule_name_is_valid_for_any_match_id() -> None:
    schedule = InMemoryCapacitySchedule()
    planner(schedule, builders.KICK_OFF).plan(builders.a_match("Türkiye / Italy #1 " + "x" * 200))
    assert len(schedule.warm_up.name) <= 64
    assert schedule.warm_up.name.replace("-", "").isalnum()


@pytest.fixture
def scheduler() -> Any:
    return boto3.client(
        "scheduler", "eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )


@pytest.fixture
def adapter(scheduler: Any) -> SchedulerCapacitySchedule:
    return SchedulerCapacitySchedule(scheduler, group_name="matches", role_arn=ROLE, function_arn=FUNCTION)


def test_a_change_becomes_a_schedule_that_runs_once(
    scheduler: Any, adapter: SchedulerCapacitySchedule
) -> None:
    with Stubber(scheduler) as stub:
        stub.add_response("create_schedule", {"ScheduleArn": "arn:schedule"}, REQUEST)
        adapter.put_change(CHANGE)
        stub.assert_no_pending_responses()


def test_a_moved_match_moves_its_schedule(scheduler: Any, adapter: SchedulerCapacitySchedule) -> None:
    with Stubber(scheduler) as stub:
        stub.add_client_error("create_schedule", "ConflictException")
        stub.add_response("update_schedule", {"ScheduleArn": "arn:schedule"}, REQUEST)
        adapter.put_change(CHANGE)
        stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("known", "moved"), [("at(2021-06-11T18:59:59)", True), ("at(2021-06-11T19:00:00)", False)]
)
def test_a_stand_down_only_ever_moves_later(
    scheduler: Any, adapter: SchedulerCapacitySchedule, known: str, moved: bool
) -> None:
    with Stubber(scheduler) as stub:
        stub.add_response("get_schedule", {"ScheduleExpression": known})
        if moved:
            stub.add_response("create_schedule", {"ScheduleArn": "arn:schedule"}, REQUEST)
        adapter.postpone_change(CHANGE)
        stub.assert_no_pending_responses()


def test_other_errors_are_not_treated_as_conflicts(
    scheduler: Any, adapter: SchedulerCapacitySchedule
) -> None:
    with Stubber(scheduler) as stub:
        stub.add_client_error("create_schedule", "AccessDeniedException")
        with pytest.raises(scheduler.exceptions.ClientError, match="AccessDeniedException"):
            adapter.put_change(CHANGE)


def announcement_of(body: str, message_id: str = "1") -> dict[str, Any]:
    return {"messageId": message_id, "body": body, "attributes": {"ApproximateReceiveCount": "1"}}


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch) -> Iterator[fakes.InMemoryDeadLetters]:
    refused = fakes.InMemoryDeadLetters()
    stores.dead_letters.supply(refused)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Touchline")
    yield refused
    reset_all()


def test_announced_matches_are_planned_and_invalid_messages_rejected(
    refused: fakes.InMemoryDeadLetters,
) -> None:
    # GIVEN a queue with a match, an empty object and invalid JSON
    schedule = InMemoryCapacitySchedule()
    capacity.kick_off_planner.supply(planner(schedule, builders.KICK_OFF - timedelta(days=1)))
    bodies = ("{}", "[" * 20_000, json.dumps(builders.a_match().to_dict()))
    records = [announcement_of(body) for body in bodies]
    # WHEN the handler processes it
    answer = schedule_kick_off.handler({"Records": records}, LambdaContext())
    # THEN the match is planned, and the others are dead letters
    assert answer == {"batchItemFailures": []}
    assert schedule.warm_up.transactions_per_second == 250
    assert [letter["field"] for letter in refused.letters] == ["id", "body"]


def test_an_older_announcement_does_not_undo_a_moved_kick_off() -> None:
    # GIVEN a match that was announced and moved, and messages that arrive in the other order
    first = builders.a_match()
    moved = replace(first, kick_off=first.kick_off + timedelta(days=1), revision=2)
    schedule = InMemoryCapacitySchedule()
    planning = KickOffPlanner(
        matches=fakes.InMemoryMatchStore(moved),
        schedule=schedule,
        match_rate=250,
        match_environments=None,
        clock=lambda: builders.KICK_OFF - timedelta(days=1),
    )
    for announced in (moved, first):
        planning.plan(announced)
    assert schedule.warm_up.at == moved.kick_off - WARM_UP


def test_a_match_that_cannot_be_scheduled_is_retried(refused: fakes.InMemoryDeadLetters) -> None:
    class Throttled(InMemoryCapacitySchedule):
        def put_change(self, change: CapacityChange) -> None:
            raise TimeoutError

    capacity.kick_off_planner.supply(planner(Throttled(), builders.KICK_OFF))
    records = [announcement_of(json.dumps(builders.a_match().to_dict()), "7")]
    with pytest.raises(BatchFailedError):
        schedule_kick_off.handler({"Records": records}, LambdaContext())
    assert refused.letters == []


@pytest.mark.parametrize("wanted", [None, 0, "40", True, 1.5])
def test_an_invalid_capacity_is_refused(
    resources: dict[str, str], runtime: LambdaContext, monkeypatch: pytest.MonkeyPatch, wanted: object
) -> None:
    for name in ("SCHEDULE_GROUP_NAME", "SCHEDULE_ROLE_ARN", "RESTING_TRANSACTIONS_PER_SECOND"):
        monkeypatch.setenv(name, "2")
    with pytest.raises(InvalidFieldError, match="minimum_transactions_per_second: expected a whole number"):
        set_campaign_capacity.handler({"minimum_transactions_per_second": wanted}, runtime)


@pytest.fixture
def functions() -> Any:
    return boto3.client("lambda", "eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing")


ALIAS = {"FunctionName": FUNCTION, "Qualifier": "live"}


def test_environments_are_kept_ready_and_released(functions: Any) -> None:
    capacity = LambdaDispatchCapacity(functions, f"{FUNCTION}:live")
    with Stubber(functions) as stub:
        request = {**ALIAS, "ProvisionedConcurrentExecutions": 64}
        stub.add_response("put_provisioned_concurrency_config", {"Status": "IN_PROGRESS"}, request)
        capacity.keep_ready(64)
        stub.add_response("delete_provisioned_concurrency_config", {}, ALIAS)
        capacity.keep_ready(0)
        stub.assert_no_pending_responses()


def test_environments_that_were_never_ready_can_be_released(functions: Any) -> None:
    capacity = LambdaDispatchCapacity(functions, f"{FUNCTION}:live")
    with Stubber(functions) as stub:
        stub.add_client_error("delete_provisioned_concurrency_config", "ResourceNotFoundException")
        capacity.keep_ready(0)
        stub.add_client_error("delete_provisioned_concurrency_config", "ResourceConflictException")
        with pytest.raises(functions.exceptions.ClientError, match="ResourceConflictException"):
            capacity.keep_ready(0)
