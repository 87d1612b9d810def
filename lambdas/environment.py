"""Read settings from environment variables."""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, dataclass_transform, get_type_hints

from domain.errors import SettingError

T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True)
def settings(kind: type[T]) -> type[T]:
    """Declare a class of settings; each field is one environment variable.

    `read_settings` makes it a frozen dataclass: a function reads few of them, and all would take it 15 ms.
    """
    return kind


def read_settings(kind: type[T], environment: Mapping[str, str] | None = None) -> T:
    """Fill a settings class from the environment: field `matches_table_name` from MATCHES_TABLE_NAME.

    Raises SettingError if a variable is missing, or cannot be converted to the field's type.
    """
    source = os.environ if environment is None else environment
    _complete(kind)
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for entry in fields(kind):  # type: ignore[arg-type]
        name = entry.name.upper()
        text = source.get(name)
        if text:
            values[entry.name] = _convert(name, text, hints[entry.name])
        elif entry.default is MISSING:
            raise SettingError(name, f"a value ({hints[entry.name].__name__})", text)
    return kind(**values)


def _complete(kind: type) -> None:
    """Make a class of settings, and those that it extends, frozen dataclasses."""
    for each in reversed(kind.__mro__[:-1]):
        if "__dataclass_fields__" not in vars(each):
            dataclass(frozen=True, kw_only=True)(each)


def _convert(name: str, text: str, kind: type) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise SettingError(name, f"a value ({kind.__name__})", text) from None
