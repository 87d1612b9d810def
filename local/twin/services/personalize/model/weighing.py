"""Weights of interactions, by the solution's configuration: which count as engagements."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from local.twin.services.personalize.model.examples import Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class EventWeights:
    """The solution's event type, event value threshold and weights by event type; None means all."""

    event_type: str | None = None
    threshold: float | None = None
    by_type: Mapping[str, tuple[float, float | None]] | None = None

    @staticmethod
    def of_solution(fields: Mapping[str, Any]) -> "EventWeights":
        """Read the configuration of a solution."""
        config = fields.get("solutionConfig", {})
        listed = config.get("eventsConfig", {}).get("eventParametersList")
        threshold = config.get("eventValueThreshold")
        return EventWeights(
            event_type=fields.get("eventType"),
            threshold=float(threshold) if threshold is not None else None,
            by_type={
                entry["eventType"]: (float(entry.get("weight", 1.0)), entry.get("eventValueThreshold"))
                for entry in listed
            }
            if listed
            else None,
        )

    def of_rows(self, table: pa.Table) -> Floats:
        """Return the weight of each row; zero if it is not an engagement."""
        types = _column(table, "EVENT_TYPE", "")
        values = np.array(_column(table, "EVENT_VALUE", np.nan), float)
        cache: dict[str, tuple[float, float | None]] = {kind: self._rule(kind) for kind in set(types)}
        weight = np.array([cache[kind][0] for kind in types], float)
        least = np.array([np.nan if (low := cache[kind][1]) is None else low for kind in types], float)
        with np.errstate(invalid="ignore"):
            return np.where(np.isnan(least) | (values >= least), weight, 0.0)

    def of_event(self, row: Mapping[str, Any]) -> float:
        """Return the weight of a streamed event."""
        weight, least = self._rule(str(row.get("EVENT_TYPE") or ""))
        value = row.get("EVENT_VALUE")
        return weight if least is None or (value is not None and float(value) >= least) else 0.0

    def _rule(self, kind: str) -> tuple[float, float | None]:
        if self.by_type is not None:
            return self.by_type.get(kind, (0.0, None))
        return (1.0 if self.event_type in (None, kind) else 0.0), self.threshold


def _column(table: pa.Table, name: str, missing: Any) -> list[Any]:
    if name not in table.column_names:
        return [missing] * table.num_rows
    return pc.fill_null(table[name], missing).to_pylist()  # type: ignore[no-any-return]
