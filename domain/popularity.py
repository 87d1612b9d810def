"""The popular components of each context cell, as a Glue job writes them: CSV with a header."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from domain.component import MAX_COMPONENTS
from domain.errors import InvalidFieldError
from domain.json_limits import require_size
from domain.validation import Reader

MAX_CELL_CHARACTERS = 250
"""A cell is a sort key of DynamoDB, which takes 1,024 bytes: four for each character at most."""
MAX_RANK_DIGITS = 9
MAX_CELL_BYTES = 120_000
"""Compact JSON of the ids of one cell. A DynamoDB item takes 400 KB, and escapes triple the bytes at most."""


def read_popularity(parts: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Return the component ids of each cell by rank, from all parts; raises InvalidFieldError."""
    ranked: dict[str, list[tuple[int, str]]] = {}
    for part in parts:
        for reader in _rows(part):
            rank = reader.text("rank", max_length=MAX_RANK_DIGITS)
            if not rank.isdecimal():
                raise InvalidFieldError(reader.path("rank"), "a whole number", rank)
            cell = reader.text("cell", max_length=MAX_CELL_CHARACTERS)
            ranked.setdefault(cell, []).append((int(rank), reader.text("component_id", max_length=256)))
    popularity = {cell: [component_id for _, component_id in sorted(rows)] for cell, rows in ranked.items()}
    for cell, component_ids in popularity.items():
        if len(component_ids) > MAX_COMPONENTS:
            raise InvalidFieldError(
                f"cell {cell}", f"at most {MAX_COMPONENTS} components", f"{len(component_ids)} components"
            )
        require_size(component_ids, f"cell {cell}", MAX_CELL_BYTES)
    return popularity


def _rows(part: str) -> Iterator[Reader]:
    rows = csv.DictReader(io.StringIO(part))
    try:
        for row in rows:
            yield Reader(row, f"line {rows.line_num}")
    except csv.Error as error:
        raise InvalidFieldError(f"line {rows.line_num + 1}", f"CSV ({error})", None) from None
