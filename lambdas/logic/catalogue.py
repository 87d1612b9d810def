"""Publishes curated files: components, constraints and popularity."""

import csv
import io
import re
from dataclasses import dataclass

from domain.component import Component
from domain.constraint import read_published
from domain.errors import InvalidFieldError
from domain.metrics import Metric
from domain.validation import Reader, read_json
from lambdas.logic.ports.catalogue import CatalogueStore, Files
from lambdas.logic.ports.records import DeadLetters
from lambdas.logic.ports.telemetry import Telemetry

MAX_ENTRIES = 5_000
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
        publish = {
            "components.json": self._publish_components,
            "constraints.json": self._publish_constraints,
        }.get(key.rsplit("/", 1)[-1])
        if POPULARITY_PART.fullmatch(key):
            publish = self._publish_popularity
        if publish is None:
            self.telemetry.warning("file ignored: not part of the catalogue", key=key)
            return False
        try:
            published = publish(key)
        except InvalidFieldError as error:
            self.telemetry.count(Metric.REJECTED)
            self.telemetry.warning("catalogue file rejected", key=key, reason=str(error))
            self.dead_letters.put_dead_letter(
                source="catalogue", reason=str(error), field=error.field, payload=key
            )
            return False
        self.telemetry.info("catalogue published", key=key, entries=published)
        return True

    def _read(self, key: str) -> Reader:
        return Reader(read_json(self.files.text(key)))

    def _publish_components(self, key: str) -> int:
        reader = self._read(key)
        components = reader.items("components", Component.from_dict, maximum=MAX_ENTRIES)
        _require_entries("components", len(components))
        self.store.replace_components(components)
        return len(components)

    def _publish_constraints(self, key: str) -> int:
        reader = self._read(key)
        constraints = reader.items("constraints", read_published, maximum=MAX_ENTRIES)
        _require_entries("constraints", len(constraints))
        self.store.replace_constraints(reader.raw("constraints"))
        return len(constraints)

    def _publish_popularity(self, key: str) -> int:
        """Publish every part in the folder: the Glue job writes a varying number of parts."""
        ranked: dict[str, list[tuple[int, str]]] = {}
        for part in self.files.parts(key.rsplit("/", 1)[0] + "/", ".csv"):
            for line, row in enumerate(csv.DictReader(io.StringIO(part)), start=2):
                reader = Reader(row, f"line {line}")
                rank = reader.text("rank")
                if not rank.isdecimal():
                    raise InvalidFieldError(reader.path("rank"), "a whole number", rank)
                ranked.setdefault(reader.text("cell"), []).append((int(rank), reader.text("component_id")))
        self.store.replace_popularity(
            {cell: [component_id for _, component_id in sorted(rows)] for cell, rows in ranked.items()}
        )
        return len(ranked)


def _require_entries(name: str, count: int) -> None:
    if count == 0:
        raise InvalidFieldError(name, "a list of at least one entry", [])
