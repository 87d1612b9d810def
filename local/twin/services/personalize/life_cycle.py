"""The life cycle of resources: the statuses that they go through."""

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
    """Do nothing: the work of a resource that is only declared."""


class LifeCycle:
    """Takes resources from CREATE PENDING to ACTIVE or CREATE FAILED, and deletes them."""

    def __init__(
        self, *, store: Store, clock: Callable[[], datetime], background: Background, faults: Faults
    ) -> None:
        self._store = store
        self._clock = clock
        self._background = background
        self._faults = faults

    def create(self, resource: Resource, work: Work = nothing) -> None:
        """Store the resource as pending and do its work later; an error becomes its `failureReason`."""
        now = self._clock()
        resource.fields |= {"status": CREATE_PENDING, "creationDateTime": now, "lastUpdatedDateTime": now}
        self._store.add(resource)
        self._background.start(self._created(resource, work))

    def delete(self, resource: Resource, work: Work = nothing) -> None:
        """Mark the resource for deletion and delete it later; raises ResourceInUseError if it is busy."""
        if resource.status not in SETTLED:
            raise ResourceInUseError(f"Resource {resource.arn} is {resource.status}.")
        self._set(resource, DELETE_PENDING)
        self._background.start(self._deleted(resource, work))

    def start(self, job: Job) -> None:
        """Start another job, such as an update."""
        self._background.start(job)

    def stop(self, resource: Resource) -> None:
        """Stop a creation: at once if it is pending, else when its work ends."""
        with self._store.lock:
            pending = resource.status == CREATE_PENDING
            self._set(resource, CREATE_STOPPED if pending else CREATE_STOPPING)

    def _created(self, resource: Resource, work: Work) -> Job:
        yield
        with self._store.lock:
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
        """Do the work and return the reason of a failure, or None."""
        try:
            self._faults.check_job(resource.kind)
            work()
        except JobFailedError as error:
            return str(error)
        except Exception as error:  # any error must end the resource's life cycle, or clients wait for ever
            logger.exception("work of %s failed", resource.arn)
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
