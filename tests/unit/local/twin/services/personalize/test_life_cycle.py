"""Statuses, one by one."""

from datetime import UTC, datetime

import pytest

from local.twin.services.personalize.background import ManualBackground
from local.twin.services.personalize.errors import JobFailedError, ResourceInUseError
from local.twin.services.personalize.faults import Faults
from local.twin.services.personalize.life_cycle import LifeCycle
from local.twin.services.personalize.store import Kind, Resource, Store


def made() -> tuple[LifeCycle, ManualBackground, Resource, Faults]:
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
    life_cycle, background, resource, _ = made()
    life_cycle.create(resource)
    assert statuses(background, resource) == ["CREATE PENDING", "CREATE IN_PROGRESS", "ACTIVE"]


def test_a_failure_leaves_its_reason() -> None:
    life_cycle, background, resource, _ = made()

    def fail() -> None:
        raise JobFailedError("too few interactions")

    life_cycle.create(resource, fail)
    assert statuses(background, resource)[-1] == "CREATE FAILED"
    assert resource.fields["failureReason"] == "too few interactions"


def test_a_defect_of_the_twin_is_a_failure_and_no_hang() -> None:
    life_cycle, background, resource, _ = made()
    life_cycle.create(resource, lambda: [][0])
    assert statuses(background, resource)[-1] == "CREATE FAILED"
    assert "IndexError" in resource.fields["failureReason"]


def test_a_fault_on_demand_fails_the_next_job_alone() -> None:
    life_cycle, background, resource, faults = made()
    faults.fail(Kind.CAMPAIGN, "the service is unwell")
    life_cycle.create(resource)
    assert statuses(background, resource)[-1] == "CREATE FAILED"
    other = Resource(kind=Kind.CAMPAIGN, arn="other", fields={})
    life_cycle.create(other)
    assert statuses(background, other)[-1] == "ACTIVE"


def test_what_is_under_way_is_not_deleted() -> None:
    life_cycle, background, resource, _ = made()
    life_cycle.create(resource)
    with pytest.raises(ResourceInUseError, match="CREATE PENDING"):
        life_cycle.delete(resource)
    background.finish()
    life_cycle.delete(resource)
    with pytest.raises(ResourceInUseError, match="DELETE PENDING"):
        life_cycle.delete(resource)


def test_a_creation_can_be_stopped_before_and_while_it_works() -> None:
    life_cycle, background, resource, _ = made()
    life_cycle.create(resource)
    life_cycle.stop(resource)
    assert statuses(background, resource) == ["CREATE STOPPED"]
    other = Resource(kind=Kind.CAMPAIGN, arn="other", fields={})
    life_cycle.create(other)
    background.step()
    background.step()
    life_cycle.stop(other)
    assert statuses(background, other) == ["CREATE STOPPING", "CREATE STOPPED"]
