"""The life cycle that every resource of Personalize goes through, status by status."""

import logging
from collections.abc import Callable
from datetime import datetime

from local.twin.services.personalize.background import Background, Job
from local.twin.services.personalize.errors import JobFailedError, ResourceInUseError
from local.twin.services.personalize.faults import Faults
from local.twin.services.personalize.store import (
    ACTIVE,
    CREATE_FAILED,
    CREATE_IN_PROGRESS,
    CREATE_PENDING,
    CREATE_STOPPED,
    CREATE_STOPPING,
    DELETE_IN_PROGRESS,
    DELETE_PENDING,
    SETTLED,
    Resource,
    Store,
)

Work = Callable[[], None]
logger = logging.getLogger(__name__)


def nothing() -> None:
    """The work of a resource that only has to be declared."""


class LifeCycle:
    """Takes resources from CREATE PENDING to ACTIVE or CREATE FAILED, and from DELETE PENDING to gone."""

    def __init__(
        self, *, store: Store, clock: Callable[[], datetime], background: Background, faults: Faults
    ) -> None:
        self._store = store
        self._clock = clock
        self._background = background
        self._faults = faults

    def create(self, resource: Resource, work: Work = nothing) -> None:
        """Keep the resource as pending and do its work later; its failure becomes the failure reason."""
        now = self._clock()
        resource.fields |= {"status": CREATE_PENDING, "creationDateTime": now, "lastUpdatedDateTime": now}
        self._store.add(resource)
        self._background.start(self._created(resource, work))

    def delete(self, resource: Resource, work: Work = nothing) -> None:
        """Mark the resource as being deleted and forget it later; refused while it is under way."""
        if resource.status not in SETTLED:
            raise ResourceInUseError(f"Resource {resource.arn} is {resource.status}.")
        self._set(resource, DELETE_PENDING)
        self._background.start(self._deleted(resource, work))

    def start(self, job: Job) -> None:
        """Run a job of another kind, such as an update."""
        self._background.start(job)

    def stop(self, resource: Resource) -> None:
        """Ask a creation to stop: at once if it is pending, else when its work ends."""
        pending = resource.status == CREATE_PENDING
        self._set(resource, CREATE_STOPPED if pending else CREATE_STOPPING)

    def _created(self, resource: Resource, work: Work) -> Job:
        yield
        if resource.status == CREATE_STOPPED:
            return
        self._set(resource, CREATE_IN_PROGRESS)
        yield
        reason = self.attempt(resource, work)
        with self._store.lock:
            if resource.status == CREATE_STOPPING:
                self._set(resource, CREATE_STOPPED)
            elif reason is None:
                self._set(resource, ACTIVE)
            else:
                resource.fields["failureReason"] = reason
                self._set(resource, CREATE_FAILED)

    def attempt(self, resource: Resource, work: Work) -> str | None:
        """Do the work; the reason if it failed. A defect of ours shows as a failure too, never as a hang."""
        try:
            self._faults.check_job(resource.kind)
            work()
        except JobFailedError as error:
            return str(error)
        except Exception as error:  # the work is anybody's: whatever it raises must end the resource's wait
            logger.exception("the work of %s failed", resource.arn)
            return f"Internal service error: {error!r}"
        return None

    def _deleted(self, resource: Resource, work: Work) -> Job:
        yield
        self._set(resource, DELETE_IN_PROGRESS)
        yield
        work()
        self._store.remove(resource.arn)

    def _set(self, resource: Resource, status: str) -> None:
        with self._store.lock:
            resource.fields["status"] = status
            resource.fields["lastUpdatedDateTime"] = self._clock()
