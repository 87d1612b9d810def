"""Ids of published components, cached."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from lambdas.adapters.dynamo_catalogue import COMPONENT_KEYS, read_partition

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

READ_AGAIN_AFTER = timedelta(seconds=1)
"""Limits the reads that clients can cause with unknown ids."""


class DynamoComponentIds:
    """Ids of components; an unknown id is looked up again, because the component may be new.

    An id stays known after its component was withdrawn, because it may still be on a screen.
    """

    def __init__(
        self, client: "DynamoDBClient", *, components_table: str, clock: Callable[[], datetime]
    ) -> None:
        self._client = client
        self._components_table = components_table
        self._clock = clock
        self._read_at: datetime | None = None
        self._known: frozenset[str] = frozenset()

    def known(self, component_ids: Collection[str]) -> frozenset[str]:
        """Return those ids that belong to components."""
        if not self._known.issuperset(component_ids) and self._may_read():
            published = read_partition(self._client, self._components_table, COMPONENT_KEYS, "COMPONENTS")
            self._known = self._known.union(published)
            self._read_at = self._clock()
        return self._known.intersection(component_ids)

    def _may_read(self) -> bool:
        return self._read_at is None or self._clock() >= self._read_at + READ_AGAIN_AFTER
