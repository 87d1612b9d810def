"""The data of one dataset group: imported in bulk, and streamed as events."""

from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from local.twin.newest_keys import NewestKeys
from local.twin.services.personalize.dataset_schema import DatasetSchema, SchemaField
from local.twin.services.personalize.errors import JobFailedError

MINIMUM_IMPORT = 1000
MAX_TYPES_AND_COLUMNS = 10
COUNTED_KEYWORDS = ("EVENT_TYPE", "EVENT_VALUE")
"""Reserved columns that count against the limit: https://docs.aws.amazon.com/personalize/latest/dg/interactions-dataset-requirements.html."""
KEPT_EVENTS = 50_000
"""Streamed events of a dataset group, about 50 MB; the service keeps all of them."""
REMEMBERED_RECOMMENDATIONS = 100_000
REMEMBERED_INTERACTIONS = 100
ID_COLUMNS = {"USERS": "USER_ID", "ITEMS": "ITEM_ID"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamedEvent:
    """One event of PutEvents; `row` has the column names of the schema."""

    user_id: str
    item_id: str | None
    row: Mapping[str, Any]
    impression: tuple[str, ...]


@dataclass(slots=True)
class GroupData:
    """Interactions, users and items of a dataset group; `listeners` are called with each streamed event."""

    lock: RLock = field(default_factory=RLock)
    schemas: dict[str, DatasetSchema] = field(default_factory=dict)
    interactions: pa.Table | None = None
    streamed: deque[StreamedEvent] = field(default_factory=lambda: deque(maxlen=KEPT_EVENTS))
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    listeners: dict[str, Callable[[StreamedEvent], None]] = field(default_factory=dict)
    _recorded: dict[str, dict[str, dict[str, Any]]] = field(
        default_factory=lambda: {"USERS": {}, "ITEMS": {}}
    )
    _seen_events: NewestKeys[str] = field(default_factory=lambda: NewestKeys[str](KEPT_EVENTS))
    _recommended: "OrderedDict[str, tuple[str, ...]]" = field(default_factory=OrderedDict)
    _history: dict[str, dict[str, deque[str]]] | None = None

    def import_interactions(self, table: pa.Table, *, replace: bool) -> None:
        """Replace the interactions of earlier imports, or add to them; raises JobFailedError."""
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
        """Replace the users or items of earlier imports, or add to them; the last row of an id counts.

        Users and items from PutUsers and PutItems survive a replacement.
        """
        key = ID_COLUMNS[dataset_type]
        rows = {row[key]: row for row in table.to_pylist()}
        with self.lock:
            kept = self._recorded[dataset_type] if replace else self._entities(dataset_type)
            self._set_entities(dataset_type, kept | rows)

    def record_entities(self, dataset_type: str, rows: list[dict[str, Any]]) -> None:
        """Add or replace users or items from PutUsers or PutItems."""
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

    def delete_users(self, user_ids: Collection[str]) -> int:
        """Delete users with their interactions and events; return the number of records."""
        with self.lock:
            kept_events = [event for event in self.streamed if event.user_id not in user_ids]
            deleted = len(self.streamed) - len(kept_events)
            self.streamed = deque(kept_events, maxlen=KEPT_EVENTS)
            for user_id in user_ids:
                deleted += self.users.pop(user_id, None) is not None
                self._recorded["USERS"].pop(user_id, None)
            if self.interactions is not None:
                of_others = pc.invert(pc.is_in(self.interactions["USER_ID"], pa.array(sorted(user_ids))))
                kept = self.interactions.filter(of_others)
                deleted += self.interactions.num_rows - kept.num_rows
                self.interactions = kept
            self._history = None
        return deleted

    def delete_dataset(self, dataset_type: str) -> None:
        """Delete the data of a deleted dataset."""
        with self.lock:
            self.schemas.pop(dataset_type, None)
            if dataset_type in ID_COLUMNS:
                self._recorded[dataset_type] = {}
                self._set_entities(dataset_type, {})
            else:
                self.interactions, self._history = None, None
                self.streamed.clear()

    def stream(self, event_id: str | None, event: StreamedEvent) -> None:
        """Append an event and pass it to the deployed models; an event id counts once."""
        with self.lock:
            if event_id is not None and not self._seen_events.add(event_id):
                return
            self.streamed.append(event)
            if self._history is not None:
                self._add_to_history(event.user_id, str(event.row["EVENT_TYPE"]), event.item_id)
            listeners = list(self.listeners.values())
        for listener in listeners:
            listener(event)

    def remember_recommendation(self, recommendation_id: str, items: tuple[str, ...]) -> None:
        """Remember a recommendation, so that an event with its id has its items as impression."""
        with self.lock:
            self._recommended[recommendation_id] = items
            if len(self._recommended) > REMEMBERED_RECOMMENDATIONS:
                self._recommended.popitem(last=False)

    def recommended_items(self, recommendation_id: str | None) -> tuple[str, ...]:
        """Return the items of a recommendation; empty if it is not known."""
        with self.lock:
            return self._recommended.get(recommendation_id or "", ())

    def item_column(self, name: str) -> SchemaField | None:
        """Return a column of the items schema by its name in any case."""
        schema = self.schemas.get("ITEMS")
        return schema.field(name) if schema else None

    def interacted_items(self, user_id: str, event_types: frozenset[str] | None) -> set[str]:
        """Return the items of the user's latest interactions of these lower-case types; None means all."""
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
                self._add_to_history(user, kind or "", item)
        for event in self.streamed:
            self._add_to_history(event.user_id, str(event.row["EVENT_TYPE"]), event.item_id)

    def _add_to_history(self, user: str, kind: str, item: str | None) -> None:
        if self._history is None or item is None:
            return
        kinds = self._history.setdefault(user, {})
        kinds.setdefault(kind.lower(), deque(maxlen=REMEMBERED_INTERACTIONS)).append(item)
