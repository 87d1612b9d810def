"""The statuses of resources."""

import threading
import time
from datetime import UTC, datetime

import pytest

from local.twin.services.personalize.background import ManualBackground
from local.twin.services.personalize.errors import JobFailedError, ResourceInUseError
from local.twin.services.personalize.faults import Faults
from local.twin.services.personalize.life_cycle import LifeCycle
from local.twin.services.personalize.store import Kind, Resource, Store
from tests.support.waiting import eventually


def new_life_cycle() -> tuple[LifeCycle, ManualBackground, Resource, Faults]:
    background, faults = ManualBackground(), Faults()
    life_cycle = LifeCycle(
        store=Store(), clock=lambda: datetime(2026, 1, 1, tzinfo=UTC), background=background, faults=faults
    )
    return life_cycle, background, Resource(kind=Kind.CAMPAIGN, arn="arn", fields={}), faults


def statuses(background: ManualBackground, resource: Resource) -> list[str]:
    seen = [resource.status]
    for _ in range(5):
        background.step()
        if resource.status != seen[-1]:
            seen.append(resource.status)
    return seen


def test_a_creation_goes_through_every_status() -> None:
    life_cycle, background, resource, _ = new_life_cycle()
    life_cycle.create(resource)
    assert statuses(background, resource) == ["CREATE PENDING", "CREATE IN_PROGRESS", "ACTIVE"]


def test_a_failed_creation_has_its_reason() -> None:
    life_cycle, background, resource, _ = new_life_cycle()

    def fail() -> None:
        raise JobFailedError("too few interactions")

    life_cycle.create(resource, fail)
    assert statuses(background, resource)[-1] == "CREATE FAILED"
    assert resource.fields["failureReason"] == "too few interactions"


def test_an_unexpected_error_fails_the_creation() -> None:
    life_cycle, background, resource, _ = new_life_cycle()
    life_cycle.create(resource, lambda: [][0])
    assert statuses(background, resource)[-1] == "CREATE FAILED"
    assert "IndexError" in resource.fields["failureReason"]


def test_a_fault_on_demand_fails_one_job() -> None:
    life_cycle, background, resource, faults = new_life_cycle()
    faults.fail(Kind.CAMPAIGN, "injected failure")
    life_cycle.create(resource)
    assert statuses(background, resource)[-1] == "CREATE FAILED"
    other = Resource(kind=Kind.CAMPAIGN, arn="other", fields={})
    life_cycle.create(other)
    assert statuses(background, other)[-1] == "ACTIVE"


def test_a_job_that_is_held_is_in_progress_until_the_faults_are_cleared() -> None:
    life_cycle, background, resource, faults = new_life_cycle()
    faults.hold(Kind.CAMPAIGN)
    life_cycle.create(resource)
    finishing = threading.Thread(target=background.finish)
    finishing.start()
    eventually(lambda: resource.status == "CREATE IN_PROGRESS", "the job to be in progress")
    time.sleep(0.05)
    assert resource.status == "CREATE IN_PROGRESS"
    faults.clear()
    finishing.join()
    assert resource.status == "ACTIVE"


def test_a_busy_resource_cannot_be_deleted() -> None:
    life_cycle, background, resource, _ = new_life_cycle()
    life_cycle.create(resource)
    with pytest.raises(ResourceInUseError, match="CREATE PENDING"):
        life_cycle.delete(resource)
    background.finish()
    life_cycle.delete(resource)
    with pytest.raises(ResourceInUseError, match="DELETE PENDING"):
        life_cycle.delete(resource)


def test_a_creation_can_be_stopped_while_pending_and_while_in_progress() -> None:
    life_cycle, background, resource, _ = new_life_cycle()
    life_cycle.create(resource)
    life_cycle.stop(resource)
    assert statuses(background, resource) == ["CREATE STOPPED"]
    other = Resource(kind=Kind.CAMPAIGN, arn="other", fields={})
    life_cycle.create(other)
    background.step()
    background.step()
    life_cycle.stop(other)
    assert statuses(background, other) == ["CREATE STOPPING", "CREATE STOPPED"]
