"""Publishes curated files: components, constraints and popularity."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from domain.component import MAX_COMPONENTS, Component
from domain.constraint import MAX_RULES, read_published
from domain.errors import InvalidFieldError
from domain.metrics import Metric
from domain.popularity import read_popularity
from domain.remote import UNPUBLISHED, read_origin, require_trusted
from domain.validation import Reader, read_json
from lambdas.logic.ports.catalogue import CatalogueStore, Files
from lambdas.logic.ports.records import DeadLetters
from lambdas.logic.ports.telemetry import Telemetry

POPULARITY_PART = re.compile(r"datasets/popularity/[^/]+\.csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueLoader:
    """Publishes whole files: one invalid entry rejects its file, so that no rule is lost."""

    files: Files
    store: CatalogueStore
    dead_letters: DeadLetters
    telemetry: Telemetry

    def load(self, key: str) -> bool:
        """Publish the file of this key; False if it is invalid, and the published catalogue is unchanged."""
        publish = self._publisher(key)
        if publish is None:
            self.telemetry.warning("file ignored: not part of the catalogue", key=key)
            return False
        try:
            published = publish(key)
        except InvalidFieldError as error:
            self.telemetry.count(Metric.REJECTED)
            self.telemetry.warning("catalogue file rejected", key=key, reason=str(error))
            self.dead_letters.put_dead_letter(
                source="catalogue", reason=str(error), field=error.field or "body", payload=key
            )
            return False
        self.telemetry.info("catalogue published", key=key, entries=published)
        return True

    def _publisher(self, key: str) -> Callable[[str], int] | None:
        if POPULARITY_PART.fullmatch(key):
            return self._publish_popularity
        return {
            "components.json": self._publish_components,
            "constraints.json": self._publish_constraints,
        }.get(key.rsplit("/", 1)[-1])

    def _read(self, key: str) -> Reader:
        return Reader(read_json(self.files.text(key)))

    def _publish_components(self, key: str) -> int:
        reader = self._read(key)
        reader.refuse_others(("catalogue", "trusted_origins", "components"))
        trusted = reader.items("trusted_origins", read_origin)
        components = reader.items("components", Component.from_dict, maximum=MAX_COMPONENTS)
        for index, component in enumerate(components):
            require_trusted(component.remote, trusted, f"components[{index}].remote")
        _require_unique_ids("components", [component.id for component in components])
        if unpublished := [each.id for each in components if each.remote.integrity == UNPUBLISHED]:
            self.telemetry.warning("components without a hash: no app loads them", components=unpublished)
        self.store.replace_components(components)
        return len(components)

    def _publish_constraints(self, key: str) -> int:
        reader = self._read(key)
        reader.refuse_others(("rule_set", "constraints"))
        constraints = reader.items("constraints", read_published, maximum=MAX_RULES)
        _require_unique_ids("constraints", [constraint.id for constraint in constraints])
        self.store.replace_constraints(reader.raw("constraints"))
        return len(constraints)

    def _publish_popularity(self, key: str) -> int:
        """Publish every part in the folder: the Glue job writes a varying number of parts."""
        popularity = read_popularity(self.files.parts(key.rsplit("/", 1)[0] + "/", ".csv"))
        self.store.replace_popularity(popularity)
        return len(popularity)


def _require_unique_ids(name: str, ids: Sequence[str]) -> None:
    """Raise for an empty list, and for an id that stands twice: one of the two would be lost silently."""
    if not ids:
        raise InvalidFieldError(name, "a list of at least one entry", [])
    known: set[str] = set()
    for index, entry_id in enumerate(ids):
        if entry_id in known:
            raise InvalidFieldError(f"{name}[{index}].id", "an id that no other entry has", entry_id)
        known.add(entry_id)
