"""The resources of one account and region, by ARN."""

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from threading import RLock
from typing import Any

from local.twin.services.personalize.errors import (
    InvalidNextTokenError,
    ResourceAlreadyExistsError,
    ResourceNotFoundError,
)

ACTIVE = "ACTIVE"
CREATE_PENDING = "CREATE PENDING"
CREATE_IN_PROGRESS = "CREATE IN_PROGRESS"
CREATE_FAILED = "CREATE FAILED"
CREATE_STOPPED = "CREATE STOPPED"
CREATE_STOPPING = "CREATE STOPPING"
DELETE_PENDING = "DELETE PENDING"
DELETE_IN_PROGRESS = "DELETE IN_PROGRESS"
BUSY = frozenset({CREATE_PENDING, CREATE_IN_PROGRESS, CREATE_STOPPING})
SETTLED = frozenset({ACTIVE, CREATE_FAILED, CREATE_STOPPED})
PAGE_SIZE = 100


class Kind(StrEnum):
    """Kinds of resource; the value is the resource type in the ARN."""

    DATASET_GROUP = "dataset-group"
    SCHEMA = "schema"
    DATASET = "dataset"
    DATASET_IMPORT_JOB = "dataset-import-job"
    DATA_DELETION_JOB = "data-deletion-job"
    SOLUTION = "solution"
    SOLUTION_VERSION = "solution-version"
    CAMPAIGN = "campaign"
    FILTER = "filter"
    EVENT_TRACKER = "event-tracker"
    METRIC_ATTRIBUTION = "metric-attribution"

    @property
    def member(self) -> str:
        """The member of a shape that holds such a resource, for example `datasetGroup`."""
        first, *others = self.split("-")
        return first + "".join(word.capitalize() for word in others)

    @property
    def arn_member(self) -> str:
        """The member of a shape that holds the ARN of such a resource, for example `datasetGroupArn`."""
        return f"{self.member}Arn"


@dataclass(slots=True)
class Resource:
    """One resource; `fields` has the members of its shape in the service model."""

    kind: Kind
    arn: str
    fields: dict[str, Any]
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """The status in the life cycle; ACTIVE for a schema, which has none."""
        return str(self.fields.get("status", ACTIVE))


class Store:
    """Resources by ARN; hold `lock` to write what depends on an earlier read."""

    def __init__(self) -> None:
        self.lock = RLock()
        self._resources: dict[str, Resource] = {}

    def add(self, resource: Resource) -> None:
        """Add a resource; raises ResourceAlreadyExistsError."""
        with self.lock:
            if resource.arn in self._resources:
                raise ResourceAlreadyExistsError(f"Another resource with Arn {resource.arn} already exists.")
            self._resources[resource.arn] = resource

    def remove(self, arn: str) -> None:
        """Remove a resource if it exists."""
        with self.lock:
            self._resources.pop(arn, None)

    def get(self, kind: Kind, arn: str) -> Resource:
        """Return a resource of this kind; raises ResourceNotFoundError."""
        with self.lock:
            found = self._resources.get(arn)
        if found is None or found.kind is not kind:
            raise ResourceNotFoundError(f"Resource Arn {arn} does not exist.")
        return found

    def any(self, arn: str) -> Resource:
        """Return a resource of any kind; raises ResourceNotFoundError."""
        with self.lock:
            found = self._resources.get(arn)
        if found is None:
            raise ResourceNotFoundError(f"Resource Arn {arn} does not exist.")
        return found

    def find(self, kind: Kind, **fields: str | None) -> list[Resource]:
        """Return the resources of a kind with these fields, oldest first; None matches any value."""
        with self.lock:
            return [
                resource
                for resource in self._resources.values()
                if resource.kind is kind
                and all(value is None or resource.fields.get(name) == value for name, value in fields.items())
            ]


def page(resources: Iterable[Resource], request: dict[str, Any], answer: str) -> dict[str, Any]:
    """Return one page of a List operation: rows under `answer`, and a `nextToken` if there are more."""
    return page_rows([resource.fields for resource in resources], request, answer)


def page_rows(rows: Sequence[Mapping[str, Any]], request: dict[str, Any], answer: str) -> dict[str, Any]:
    """Return one page of a List operation whose rows are not resources."""
    start = _read_token(request.get("nextToken"), len(rows))
    end = start + int(request.get("maxResults", PAGE_SIZE))
    shown: dict[str, Any] = {answer: rows[start:end]}
    if end < len(rows):
        shown["nextToken"] = base64.b64encode(str(end).encode()).decode()
    return shown


def _read_token(token: str | None, size: int) -> int:
    if token is None:
        return 0
    try:
        start = int(base64.b64decode(token, validate=True))
    except (binascii.Error, ValueError):
        raise InvalidNextTokenError("The token is not valid.") from None
    if not 0 < start <= size:
        raise InvalidNextTokenError("The token is not valid.")
    return start
