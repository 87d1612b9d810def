"""The data of one dataset group: imported in bulk, and streamed event by event."""

from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

import pyarrow as pa

from local.twin.services.personalize.dataset_schema import DatasetSchema, SchemaField
from local.twin.services.personalize.errors import JobFailedError

MINIMUM_IMPORT = 1000
MAX_TYPES_AND_COLUMNS = 10
COUNTED_KEYWORDS = ("EVENT_TYPE", "EVENT_VALUE")
"""Count as columns: https://docs.aws.amazon.com/personalize/latest/dg/interactions-dataset-requirements.html."""
REMEMBERED_RECOMMENDATIONS = 100_000
REMEMBERED_INTERACTIONS = 100
ID_COLUMNS = {"USERS": "USER_ID", "ITEMS": "ITEM_ID"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedEvent:
    """One event of PutEvents, with the names of the schema."""

    user_id: str
    item_id: str | None
    row: Mapping[str, Any]
    impression: tuple[str, ...]


@dataclass(slots=True)
class GroupData:
    """Interactions, users and items of a dataset group."""

    lock: RLock = field(default_factory=RLock)
    schemas: dict[str, DatasetSchema] = field(default_factory=dict)
    interactions: pa.Table | None = None
    streamed: list[StreamedEvent] = field(default_factory=list)
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    listeners: dict[str, Callable[[StreamedEvent], None]] = field(default_factory=dict)
    _recorded: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {"USERS": {}, "ITEMS": {}}
    )
    _seen_events: set[str] = field(default_factory=set)
    _recommended: "OrderedDict[str, tuple[str, ...]]" = field(default_factory=OrderedDict)
    _history: dict[str, dict[str, deque[str]]] | None = None

    def import_interactions(self, table: pa.Table, *, replace: bool) -> None:
        """Take a bulk of interactions in place of, or beside, those of earlier imports."""
        if table.num_rows < MINIMUM_IMPORT:
            raise JobFailedError(
                f"There are too few interactions: {table.num_rows} records, minimum {MINIMUM_IMPORT}."
            )
        schema = self.schemas["INTERACTIONS"]
        columns = len(schema.metadata) + sum(schema.field(name) is not None for name in COUNTED_KEYWORDS)
        with self.lock:
            both = [table] if replace or self.interactions is None else [self.interactions, table]
            whole = pa.concat_tables(both)
            types = len(whole["EVENT_TYPE"].unique()) if "EVENT_TYPE" in whole.column_names else 0
            if types + columns > MAX_TYPES_AND_COLUMNS:
                raise JobFailedError(
                    f"The number of event types ({types}) and metadata columns ({columns}) together exceeds "
                    f"{MAX_TYPES_AND_COLUMNS}."
                )
            self.interactions = whole
            self._history = None

    def import_entities(self, dataset_type: str, table: pa.Table, *, replace: bool) -> None:
        """Take users or items in bulk, in place of earlier bulks or beside them; the later of an id stays.

        What was recorded one by one outlives a replacement.
        """
        key = ID_COLUMNS[dataset_type]
        rows = {row[key]: row for row in table.to_pylist()}
        with self.lock:
            kept = self._recorded[dataset_type] if replace else self._entities(dataset_type)
            self._set_entities(dataset_type, kept | rows)

    def record_entities(self, dataset_type: str, rows: list[dict[str, Any]]) -> None:
        """Take users or items that come one by one."""
        new = {row[ID_COLUMNS[dataset_type]]: row for row in rows}
        with self.lock:
            self._recorded[dataset_type].update(new)
            self._entities(dataset_type).update(new)

    def _entities(self, dataset_type: str) -> dict[str, dict[str, Any]]:
        return self.users if dataset_type == "USERS" else self.items

    def _set_entities(self, dataset_type: str, rows: dict[str, dict[str, Any]]) -> None:
        if dataset_type == "USERS":
            self.users = rows
        else:
            self.items = rows

    def forget(self, dataset_type: str) -> None:
        """Drop a dataset's data when the dataset is deleted."""
        with self.lock:
            self.schemas.pop(dataset_type, None)
            if dataset_type in ID_COLUMNS:
                self._recorded[dataset_type] = {}
                self._set_entities(dataset_type, {})
            else:
                self.interactions, self._history = None, None
                self.streamed = []

    def stream(self, event_id: str | None, event: StreamedEvent) -> None:
        """Append one event and tell the models that serve; the same event id counts once."""
        with self.lock:
            if event_id is not None:
                if event_id in self._seen_events:
                    return
                self._seen_events.add(event_id)
            self.streamed.append(event)
            if self._history is not None:
                self._remember(event.user_id, str(event.row["EVENT_TYPE"]), event.item_id)
            listeners = list(self.listeners.values())
        for listener in listeners:
            listener(event)

    def recommended(self, recommendation_id: str, items: tuple[str, ...]) -> None:
        """Remember what was recommended, so that an event with that id records its impressions."""
        with self.lock:
            self._recommended[recommendation_id] = items
            if len(self._recommended) > REMEMBERED_RECOMMENDATIONS:
                self._recommended.popitem(last=False)

    def impression_of(self, recommendation_id: str | None) -> tuple[str, ...]:
        """The items of an earlier recommendation, or none."""
        with self.lock:
            return self._recommended.get(recommendation_id or "", ())

    def item_column(self, name: str) -> SchemaField | None:
        """A column of the items schema, whatever its case."""
        schema = self.schemas.get("ITEMS")
        return schema.field(name) if schema else None

    def interacted(self, user_id: str, event_types: frozenset[str] | None) -> set[str]:
        """Items among the user's latest interactions of those types (in lower case; None is all)."""
        with self.lock:
            if self._history is None:
                self._build_history()
            history = (self._history or {}).get(user_id, {})
            return {
                item
                for kind, items in history.items()
                if event_types is None or kind in event_types
                for item in items
            }

    def _build_history(self) -> None:
        self._history = {}
        table = self.interactions
        if table is not None:
            users, items = table["USER_ID"].to_pylist(), table["ITEM_ID"].to_pylist()
            types = (
                table["EVENT_TYPE"].to_pylist() if "EVENT_TYPE" in table.column_names else [""] * len(users)
            )
            for user, kind, item in zip(users, types, items, strict=True):
                self._remember(user, kind or "", item)
        for event in self.streamed:
            self._remember(event.user_id, str(event.row["EVENT_TYPE"]), event.item_id)

    def _remember(self, user: str, kind: str, item: str | None) -> None:
        if self._history is None or item is None:
            return
        kinds = self._history.setdefault(user, {})
        kinds.setdefault(kind.lower(), deque(maxlen=REMEMBERED_INTERACTIONS)).append(item)
