"""Everything that an operation needs of one account and region."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Any, Protocol

from local.twin.services.personalize.data.holdings import Holdings
from local.twin.services.personalize.deployment import Deployment
from local.twin.services.personalize.errors import InvalidInputError, ResourceNotFoundError, TooManyTagsError
from local.twin.services.personalize.faults import Faults
from local.twin.services.personalize.life_cycle import LifeCycle
from local.twin.services.personalize.model.training import TrainingResult
from local.twin.services.personalize.store import ACTIVE, Kind, Resource, Store
from local.twin.services.personalize.throttle import TokenBucket

MAX_TAGS = 50
Clock = Callable[[], datetime]


class ObjectStore(Protocol):
    """As much of a boto3 S3 client as an import job uses."""

    def get_object(self, **kwargs: Any) -> Any:
        """One object."""

    def list_objects_v2(self, **kwargs: Any) -> Any:
        """Keys under a prefix, by pages."""


@dataclass(slots=True)
class World:
    """One account and region of the service."""

    region: str
    account: str
    clock: Clock
    store: Store
    life_cycle: LifeCycle
    faults: Faults
    objects: Callable[[], ObjectStore]
    campaign_tps: float
    put_events_tps: float
    holdings: dict[str, Holdings] = field(default_factory=dict)
    trained: dict[str, TrainingResult] = field(default_factory=dict)
    deployments: dict[str, Deployment] = field(default_factory=dict)
    buckets: dict[str, TokenBucket] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def arn(self, kind: Kind, name: str) -> str:
        """The ARN that a resource of this name has."""
        word = Kind.SOLUTION if kind is Kind.SOLUTION_VERSION else kind
        return f"arn:aws:personalize:{self.region}:{self.account}:{word}/{name}"

    def declare(self, kind: Kind, arn: str, fields: dict[str, Any], request: dict[str, Any]) -> Resource:
        """A resource with the tags of its request, not yet kept."""
        tags = {tag["tagKey"]: tag["tagValue"] for tag in request.get("tags", [])}
        if len(tags) > MAX_TAGS:
            raise TooManyTagsError(f"Expected at most {MAX_TAGS} tags, got {len(tags)}.")
        return Resource(kind=kind, arn=arn, fields=fields, tags=tags)

    def active(self, kind: Kind, arn: str) -> Resource:
        """The resource, which has to be active; raises ResourceNotFoundError or InvalidInputError."""
        resource = self.store.get(kind, arn)
        if resource.status != ACTIVE:
            raise InvalidInputError(f"Resource {arn} is not active; its status is {resource.status}.")
        return resource

    def bucket(self, key: str, rate: float) -> TokenBucket:
        """The token bucket of a campaign or a dataset group."""
        with self.lock:
            return self.buckets.setdefault(key, TokenBucket(rate))

    def deployment(self, campaign_arn: str) -> Deployment:
        """What a campaign serves with; raises ResourceNotFoundError while it is not active."""
        found = self.deployments.get(campaign_arn)
        if found is None:
            raise ResourceNotFoundError(f"Campaign {campaign_arn} does not exist or is not active.")
        return found
