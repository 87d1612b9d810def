"""Read settings from environment variables."""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, dataclass_transform, get_type_hints

from domain.errors import SettingError

T = TypeVar("T")


@dataclass_transform(kw_only_default=True, frozen_default=True)
def settings(kind: type[T]) -> type[T]:
    """Make a class a frozen dataclass; each field is one environment variable."""
    return dataclass(frozen=True, slots=True, kw_only=True)(kind)


def read_settings(kind: type[T], environment: Mapping[str, str] | None = None) -> T:
    """Fill a settings class from the environment: field `matches_table_name` from MATCHES_TABLE_NAME.

    Raises SettingError if a variable is missing, or cannot be converted to the field's type.
    """
    source = os.environ if environment is None else environment
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


def _convert(name: str, text: str, kind: type) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise SettingError(name, f"a value ({kind.__name__})", text) from None
