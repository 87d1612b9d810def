"""Creating, changing and deleting one resource, with errors that name it."""

import logging
from dataclasses import replace

from local.twin.provision.creators import CREATORS, DELETERS, UPDATERS
from local.twin.provision.errors import (
    CreationFailedError,
    ProvisionError,
    UpdateFailedError,
    UpdateNotSupportedError,
)
from local.twin.provision.left_out import LEFT_OUT
from local.twin.provision.resources import Created, Deployed, ProvisionContext, Resource
from local.twin.provision.update_behaviour import changed_properties

_LOG = logging.getLogger(__name__)
NOT_PLAYED = frozenset({"Tags"})
"""Properties that no resource of the twin has: Personalize's tags are set by calls."""


class ResourceActions:
    """Does what a deployment does to resources, by their types."""

    def __init__(self, context: ProvisionContext) -> None:
        self._context = context

    def create(self, resource: Resource) -> Deployed:
        """Create a resource; raises ProvisionError."""
        if resource.type in LEFT_OUT:
            return Deployed(resource=resource, created=Created(physical_id=resource.name()))
        try:
            return Deployed(resource=resource, created=CREATORS[resource.type](resource, self._context))
        except ProvisionError:
            raise
        except Exception as error:  # the error has to name the resource
            raise CreationFailedError(_named(resource), error) from error

    def update(self, deployed: Deployed, resource: Resource) -> Deployed:
        """Change a resource in place, which keeps its number; raises ProvisionError.

        A custom resource may get another physical id: then the old one is left to delete.
        """
        resource = replace(resource, number=deployed.resource.number)
        changed = changed_properties(deployed.resource, resource) - NOT_PLAYED
        if not changed:
            return Deployed(resource=resource, created=deployed.created)
        if resource.type not in UPDATERS:
            raise UpdateNotSupportedError(_named(resource), changed)
        try:
            created = UPDATERS[resource.type](deployed, resource, self._context)
        except ProvisionError:
            raise
        except Exception as error:  # the error has to name the resource
            raise UpdateFailedError(_named(resource), error) from error
        return Deployed(resource=resource, created=created)

    def delete(self, deployed: Deployed) -> str | None:
        """Delete a resource, and return the reason why it is left, or None."""
        kind = deployed.resource.type
        if kind in LEFT_OUT:
            return None
        if kind not in DELETERS:
            return "the twin has no deleter for its type"
        try:
            DELETERS[kind](deployed, self._context)
        except Exception as error:  # noqa: BLE001 - whatever the reason, the resource is left
            _LOG.warning("%s was not deleted: %s", _named(deployed.resource), error)
            return f"{type(error).__name__}: {error}"
        return None


def _named(resource: Resource) -> str:
    return f"{resource.place} ({resource.type})"
