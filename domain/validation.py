"""Read values from outside: return the typed value, or raise an error that names the wrong field."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Concatenate, ParamSpec, TypeVar

from domain.errors import InvalidFieldError

E = TypeVar("E", bound=Enum)
P = ParamSpec("P")
T = TypeVar("T")

MAX_TEXT = 1000
LARGEST = 2**53 - 1
"""The largest integer that every JSON parser keeps exactly (RFC 8259, section 6)."""
MAX_SHOWN_NAME = 80
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""The accepted range of times: far from the ends of the calendar, where adding a minute overflows."""


class Reader:
    """Reads the fields of one JSON object; errors name a field by its dotted path."""

    def __init__(self, value: object, path: str = "") -> None:
        if not isinstance(value, Mapping):
            raise InvalidFieldError(path, "an object", value)
        self._fields: Mapping[str, Any] = value
        self._path = path

    def path(self, name: str) -> str:
        """Return the dotted path of a field of this object."""
        return f"{self._path}.{name}" if self._path else name

    def has(self, name: str) -> bool:
        """True if the field is present and not null."""
        return self._fields.get(name) is not None

    def names(self) -> frozenset[str]:
        """Return the names of the fields."""
        return frozenset(map(str, self._fields))

    def refuse_others(self, known: Collection[str]) -> None:
        """Raise for a field that is not among the known ones: a misspelt field would be ignored silently."""
        for name in self._fields:
            if name not in known:
                raise InvalidFieldError(self.path(printable(name)), "a field among " + ", ".join(known), name)

    def raw(self, name: str, expected: str = "a value") -> Any:
        """Return the field as it is; raises if it is missing."""
        if not self.has(name):
            raise InvalidFieldError(self.path(name), expected, None)
        return self._fields[name]

    def text(self, name: str, *, max_length: int = MAX_TEXT) -> str:
        """Read a non-empty string that can be encoded as UTF-8."""
        return read_text(self._fields.get(name), self.path(name), max_length=max_length)

    def integer(self, name: str, *, minimum: int = -LARGEST, maximum: int = LARGEST) -> int:
        """Read a whole number within bounds; true and false are not numbers."""
        value = self._fields.get(name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not minimum <= value <= maximum:
            raise InvalidFieldError(self.path(name), f"a whole number from {minimum} to {maximum}", value)
        return value

    def number(self, name: str, *, minimum: float = -LARGEST, maximum: float = LARGEST) -> float:
        """Read a number within bounds; infinities and NaN are refused."""
        value = self._fields.get(name)
        if not isinstance(value, int | float) or isinstance(value, bool) or not minimum <= value <= maximum:
            raise InvalidFieldError(self.path(name), f"a number from {minimum} to {maximum}", value)
        return float(value)

    def boolean(self, name: str) -> bool:
        """Read true or false; false if the field is missing."""
        value = self._fields.get(name)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise InvalidFieldError(self.path(name), "true or false", value)
        return value

    def choice(self, name: str, kind: type[E]) -> E:
        """Read a member of an enumeration by its value."""
        value = self._fields.get(name)
        if isinstance(value, str):  # an enumeration's own error shows any value, however deep
            with suppress(ValueError):
                return kind(value)
        expected = "one of " + ", ".join(str(member.value) for member in kind)
        raise InvalidFieldError(self.path(name), expected, value)

    def instant(self, name: str) -> datetime:
        """Read a time in ISO 8601 with an offset, in the years 1900 to 2199."""
        expected = (
            "a time in ISO 8601 with an offset, such as 2021-06-11T19:00:30.000Z, of the years 1900 to 2199"
        )
        value = self.raw(name, expected)
        if not isinstance(value, str):
            raise InvalidFieldError(self.path(name), expected, value)
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError:
            raise InvalidFieldError(self.path(name), expected, value) from None
        if parsed.tzinfo is None or not EARLIEST <= parsed < LATEST:
            raise InvalidFieldError(self.path(name), expected, value)
        return parsed.astimezone(UTC)

    def optional(
        self, read: Callable[Concatenate[str, P], T], name: str, *args: P.args, **limits: P.kwargs
    ) -> T | None:
        """Read a field with one of the methods above or below; None if it is absent or null.

        `reader.optional(reader.text, "player", max_length=100)`.
        """
        return read(name, *args, **limits) if self.has(name) else None

    def nested(self, name: str, parse: Callable[[object, str], T]) -> T:
        """Read a nested object with `parse`."""
        return parse(self.raw(name, "an object"), self.path(name))

    def items(self, name: str, parse: Callable[[object, str], T], *, maximum: int = 1000) -> tuple[T, ...]:
        """Read a list, each entry with `parse`; an empty tuple if the field is missing."""
        value = self._fields.get(name)
        if value is None:
            return ()
        if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > maximum:
            raise InvalidFieldError(self.path(name), f"a list of at most {maximum} entries", value)
        return tuple(parse(entry, f"{self.path(name)}[{index}]") for index, entry in enumerate(value))

    def mapping(self, name: str) -> dict[str, Any]:
        """Return a nested object as it is; an empty one if the field is missing."""
        value = self._fields.get(name)
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise InvalidFieldError(self.path(name), "an object", value)
        return dict(value)


def read_json(text: str | bytes, path: str = "body") -> Any:
    """Return the value of a JSON text; raises InvalidFieldError if it is not JSON or nested too deeply."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidFieldError(path, f"JSON ({error})", text) from None


def read_text(value: object, path: str, *, max_length: int = MAX_TEXT) -> str:
    """Read a non-empty string that can be encoded as UTF-8, such as an entry of a list."""
    if not isinstance(value, str) or not value.strip() or len(value) > max_length:
        raise InvalidFieldError(path, f"a non-empty string of at most {max_length} characters", value)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise InvalidFieldError(path, "text without lone surrogates", value) from None
    return value


def printable(name: object) -> str:
    """Return the name of an unknown field for errors: as it is, or in a short printable form."""
    text = str(name)
    return text if text.isprintable() and len(text) <= MAX_SHOWN_NAME else repr(text[:MAX_SHOWN_NAME])


def format_instant(instant: datetime) -> str:
    """Return a time in ISO 8601, in UTC with milliseconds: the form of every time in a message."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
