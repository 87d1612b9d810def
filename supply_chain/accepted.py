"""The advisories that are accepted for a time, each with its reason."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("accepted.toml")
_FIELDS = {"id": str, "package": str, "reason": str, "until": date}


class AcceptedAdvisoryError(Exception):
    """An entry of the file is not as expected."""

    def __init__(self, number: int, field: str, expected: str, got: object) -> None:
        super().__init__(f"accepted[{number}].{field}: expected {expected}, got {got!r}")


@dataclass(frozen=True, slots=True)
class Advisory:
    """An advisory about a package: its id, and its other ids."""

    id: str
    package: str
    aliases: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Accepted:
    """An advisory that does not fail the audit up to and including a day."""

    id: str
    package: str
    reason: str
    until: date


def read_accepted(text: str) -> list[Accepted]:
    """Read the file's entries; raises AcceptedAdvisoryError for the first invalid field."""
    entries: list[dict[str, Any]] = tomllib.loads(text).get("accepted", [])
    for number, entry in enumerate(entries):
        for field, kind in _FIELDS.items():
            value = entry.get(field)
            if not isinstance(value, kind) or value == "":
                raise AcceptedAdvisoryError(number, field, f"a {kind.__name__}", value)
    return [Accepted(**{field: entry[field] for field in _FIELDS}) for entry in entries]


def unaccepted(found: Iterable[Advisory], accepted: Iterable[Accepted], today: date) -> list[Advisory]:
    """Return the advisories that no entry accepts today."""
    valid = {(each.package, each.id) for each in accepted if today <= each.until}
    return [
        advisory
        for advisory in found
        if not any((advisory.package, known) in valid for known in {advisory.id, *advisory.aliases})
    ]
