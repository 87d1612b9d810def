"""State and collaborators of the service, for one account and region."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock
from typing import Any, Protocol

from local.twin.services.personalize.data.group_data import GroupData
from local.twin.services.personalize.deployed_model import DeployedModel
from local.twin.services.personalize.errors import InvalidInputError, ResourceNotFoundError, TooManyTagsError
from local.twin.services.personalize.faults import Faults
from local.twin.services.personalize.life_cycle import LifeCycle
from local.twin.services.personalize.model.training import TrainingResult
from local.twin.services.personalize.store import ACTIVE, Kind, Resource, Store
from local.twin.services.token_bucket import Rate, TokenBucket

MAX_TAGS = 50
Clock = Callable[[], datetime]


class ObjectStore(Protocol):
    """The methods of a boto3 S3 client that an import job calls."""

    def get_object(self, **kwargs: Any) -> Any:
        """Return one object."""

    def list_objects_v2(self, **kwargs: Any) -> Any:
        """Return one page of the keys under a prefix."""


@dataclass(slots=True)
class PersonalizeState:
    """Resources, data of dataset groups, trained and deployed models, and what operations call.

    `group_data` is keyed by dataset group ARN, `trained` by solution version ARN, `deployed_models` by
    campaign ARN.
    """

    region: str
    account_id: str
    clock: Clock
    store: Store
    life_cycle: LifeCycle
    faults: Faults
    objects: Callable[[str], ObjectStore]
    campaign_tps: float
    put_events_tps: float
    group_data: dict[str, GroupData] = field(default_factory=dict)
    trained: dict[str, TrainingResult] = field(default_factory=dict)
    deployed_models: dict[str, DeployedModel] = field(default_factory=dict)
    buckets: dict[str, TokenBucket] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock)

    def arn(self, kind: Kind, name: str) -> str:
        """Return the ARN of a resource with this name."""
        word = Kind.SOLUTION if kind is Kind.SOLUTION_VERSION else kind
        return f"arn:aws:personalize:{self.region}:{self.account_id}:{word}/{name}"

    def new_resource(self, kind: Kind, arn: str, fields: dict[str, Any], request: dict[str, Any]) -> Resource:
        """Return a resource with the tags of its request; it is not stored yet. Raises TooManyTagsError."""
        tags = {tag["tagKey"]: tag["tagValue"] for tag in request.get("tags", [])}
        if len(tags) > MAX_TAGS:
            raise TooManyTagsError(f"Expected at most {MAX_TAGS} tags, got {len(tags)}.")
        return Resource(kind=kind, arn=arn, fields=fields, tags=tags)

    def active(self, kind: Kind, arn: str) -> Resource:
        """Return an active resource; raises ResourceNotFoundError or InvalidInputError."""
        resource = self.store.get(kind, arn)
        if resource.status != ACTIVE:
            raise InvalidInputError(f"Resource {arn} is not active; its status is {resource.status}.")
        return resource

    def token_bucket(self, key: str, rate: float) -> TokenBucket:
        """Return the token bucket of a campaign or a dataset group."""
        with self.lock:
            if key not in self.buckets:
                self.buckets[key] = TokenBucket(Rate(per_second=rate, burst=rate), time.monotonic)
            return self.buckets[key]

    def deployed_model(self, campaign_arn: str) -> DeployedModel:
        """Return the model that a campaign serves; raises ResourceNotFoundError if it is not active."""
        found = self.deployed_models.get(campaign_arn)
        if found is None:
            raise ResourceNotFoundError(f"Campaign {campaign_arn} does not exist or is not active.")
        return found
