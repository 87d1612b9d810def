"""A Managed Flink application as its template declares it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """An application's name, its property groups, and the folder of its unpacked code."""

    name: str
    arn: str
    role_arn: str
    properties: Mapping[str, Mapping[str, str]]
    package: Path | None = None
