"""Grants that a run of the twin did not need, held against the reasons for which they stay.

The reasons are TOML: each entry of `unneeded` has patterns of policies and of actions, and a reason. With
`resources`, patterns of some of a statement's resources, it is about actions that are needed on the others.
`*` stands for any characters, and every pattern must fit something that is not needed, unless the entry says
that this is so in some runs only (`sometimes`). With `on`, patterns of all resources that a statement names,
it is not about the policy's other statements with these actions, which have to be needed.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Self

from local.twin.permissions.wildcards import matches


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Unneeded:
    """An action of a statement, perhaps on one of its resources, that no call of the run needed."""

    policy: str
    """The path of the construct that has the policy, such as a role."""
    action: str
    uses: int = 0
    """None of them needed it, because another statement allows the same."""
    resource: str = ""
    """Empty if the action is needed on none of the resources."""
    on: tuple[str, ...] = ()
    """All resources of the statement."""

    def __str__(self) -> str:
        uses = f" (used {self.uses} times, and allowed by another statement too)" if self.uses else ""
        return f"{self.policy}: {self.granted}{uses}"

    @property
    def granted(self) -> str:
        """The action, and the resource if it is needed on others."""
        return f"{self.action} on {self.resource}" if self.resource else self.action


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why some grants stay although the run did not need them."""

    policies: tuple[str, ...]
    actions: tuple[str, ...]
    text: str
    resources: tuple[str, ...] = ()
    """Empty if the reason is about actions that are needed on no resource."""
    on: tuple[str, ...] = ()
    """Empty if the reason is about statements on any resources."""
    sometimes: bool = False
    """True if some runs need the grants."""

    def fits(self, grant: Unneeded) -> bool:
        """True if this is a reason for the grant."""
        if not (_fits_any(grant.policy, self.policies) and _fits_any(grant.action, self.actions)):
            return False
        if self.on and not all(_fits_any(resource, self.on) for resource in grant.on):
            return False
        return _fits_any(grant.resource, self.resources) if grant.resource else not self.resources


@dataclass(frozen=True, slots=True, kw_only=True)
class UnneededGrants:
    """What a run did not need, and why it stays."""

    grants: Sequence[Unneeded]
    reasons: Sequence[Reason]

    @classmethod
    def of(cls, report: Mapping[str, Any], reasons: Path) -> Self:
        """Read the answer of `/_touchline/permissions` and a file of reasons."""
        entries = tomllib.loads(reasons.read_text(encoding="utf-8"))["unneeded"]
        return cls(
            grants=sorted(set(_unneeded(report["statements"]))),
            reasons=[
                Reason(
                    policies=tuple(entry["policies"]),
                    actions=tuple(entry["actions"]),
                    text=entry["reason"],
                    resources=tuple(entry.get("resources", ())),
                    on=tuple(entry.get("on", ())),
                    sometimes=entry.get("sometimes", False),
                )
                for entry in entries
            ],
        )

    def without_reason(self) -> list[str]:
        """Return the grants that have no reason to stay."""
        return [str(grant) for grant in self.grants if not any(each.fits(grant) for each in self.reasons)]

    def without_grant(self) -> list[str]:
        """Return the patterns of reasons whose grants are all used or gone."""
        return [
            pattern
            for reason in self.reasons
            if not reason.sometimes
            for pattern in (*reason.policies, *reason.actions, *reason.resources, *reason.on)
            if not any(
                reason.fits(grant)
                and any(
                    _fits(each, pattern) for each in (grant.policy, grant.action, grant.resource, *grant.on)
                )
                for grant in self.grants
            )
        ]

    def lines(self) -> list[str]:
        """Return the actions that were not needed, by policy, with their reasons."""
        lines = []
        for policy in dict.fromkeys(grant.policy for grant in self.grants):
            lines.append(policy)
            of_policy = [grant for grant in self.grants if grant.policy == policy]
            for reason in self.reasons:
                granted = [grant.granted for grant in of_policy if reason.fits(grant)]
                if granted:
                    lines.append(f"  {', '.join(granted)}: {reason.text}")
        return lines


def _unneeded(statements: Iterable[Mapping[str, Any]]) -> Iterable[Unneeded]:
    for statement in statements:
        for action in statement["unneeded"]:
            uses = sum(
                count for used, count in statement["used"].items() if matches(action, used, ignore_case=True)
            )
            yield Unneeded(policy=_policy(statement), action=action, uses=uses, on=_resources(statement))
        for action, resource in statement["unneeded_resources"]:
            yield Unneeded(
                policy=_policy(statement), action=action, resource=resource, on=_resources(statement)
            )


def _policy(statement: Mapping[str, Any]) -> str:
    return str(statement["id"]).rpartition("/")[0]


def _resources(statement: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(statement["resources"])


def _fits_any(text: str, patterns: Iterable[str]) -> bool:
    return any(_fits(text, pattern) for pattern in patterns)


def _fits(text: str, pattern: str) -> bool:
    return fnmatchcase(text, pattern)
