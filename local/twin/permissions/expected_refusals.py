"""Refusals of a run of the twin, held against the reasons for which they are expected.

Several adapters go on without a call that fails, so a missing grant may fail no test: the list of refusals
shows it. The reasons are TOML: each entry of `refused` has patterns of callers, actions and resources, and a
reason. `*` stands for any characters. Every entry must fit a refusal, unless it says that this is so in some
runs only (`sometimes`).
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Calls that are refused for a reason."""

    caller: str
    action: str
    resource: str
    reason: str
    sometimes: bool = False

    def fits(self, refusal: Mapping[str, Any]) -> bool:
        """True if this is the reason of a refusal."""
        return all(
            fnmatchcase(refusal[name], pattern)
            for name, pattern in (
                ("caller", self.caller),
                ("action", self.action),
                ("resource", self.resource),
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """What a run was refused, and what was expected to be."""

    refused: Sequence[Mapping[str, Any]]
    expected: Sequence[Expected]

    @classmethod
    def of(cls, report: Mapping[str, Any], reasons: Path) -> Self:
        """Read the answer of `/_touchline/permissions` and a file of reasons."""
        entries = tomllib.loads(reasons.read_text(encoding="utf-8")).get("refused", [])
        return cls(refused=report["refused"], expected=[Expected(**entry) for entry in entries])

    def without_reason(self) -> list[str]:
        """Return the refusals that nothing explains."""
        return [
            f"{refusal['caller']}: {refusal['action']} on {refusal['resource']}, "
            f"{refusal['count']} times, {refusal['reason']}"
            for refusal in self.refused
            if not any(each.fits(refusal) for each in self.expected)
        ]

    def without_refusal(self) -> list[str]:
        """Return the reasons of what was not refused."""
        return [
            each.reason
            for each in self.expected
            if not each.sometimes and not any(each.fits(refusal) for refusal in self.refused)
        ]
