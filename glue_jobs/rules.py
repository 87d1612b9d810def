"""The rules of data quality: what a dataset must be like, judged by what was measured of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from domain.interaction import LEARNED
from domain.registry import CONTEXT_REGISTRY, ContextRegistry

MOST_REFUSED = 0.5
MOST_DUPLICATES = 0.1
LEAST_COMPLETE = 0.9
LEAST_IMPRESSIONS = 0.2
OLDEST_NEWS_SECONDS = 60 * 86_400
MINIMUM_INTERACTIONS = 1000
MINIMUM_RETURNING_USERS = 25
MINIMUM_RETURNING_SHARE = 0.01


class DatasetRefusedError(Exception):
    """A dataset breaks a rule that it must not break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One rule, what was measured, and whether it holds; an essential rule that fails ends the run."""

    rule: str
    measured: float
    holds: bool
    essential: bool = False


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def verdicts(
    *,
    by_reason: Mapping[str, int],
    measured: Mapping[str, Any],
    population: Mapping[str, Any],
    now_seconds: int,
    incremental: bool,
    registry: ContextRegistry = CONTEXT_REGISTRY,
) -> list[Verdict]:
    """Every rule's verdict; `population` counts the dataset's rows, and users and acts that are learned from.

    Personalize trains on 1,000 interactions of at least 25 users who return, one in a hundred of all, and
    counts those alone that it learns from; an import takes no fewer than 1,000 rows of any type even if it is
    incremental (https://docs.aws.amazon.com/personalize/latest/dg/limits.html).
    """
    total = sum(by_reason.values())
    lines = int(measured["lines"] or 0)
    rows, learned, users, returning = (
        int(population[name] or 0) for name in ("interactions", "learned", "users", "returning")
    )
    acts = f"{LEARNED.value}s"
    found = [
        _least("interactions", rows, MINIMUM_INTERACTIONS, essential=True),
        _most("share of lines refused", _share(total - lines, total), MOST_REFUSED, essential=True),
        _most("share of duplicates", _share(by_reason.get("duplicate", 0), total), MOST_DUPLICATES),
        _least("share of impressions", _share(measured["impressions"] or 0, lines), LEAST_IMPRESSIONS),
        _most("seconds since the newest", now_seconds - int(measured["newest"] or 0), OLDEST_NEWS_SECONDS),
        *(
            _least(f"share with {name}", _share(measured[name] or 0, lines), LEAST_COMPLETE)
            for name in registry.names
        ),
    ]
    if not incremental:
        found += [
            _least(acts, learned, MINIMUM_INTERACTIONS, essential=True),
            _least(f"users with two {acts} or more", returning, MINIMUM_RETURNING_USERS, essential=True),
            _least(
                f"share of users with two {acts} or more",
                _share(returning, users),
                MINIMUM_RETURNING_SHARE,
                essential=True,
            ),
        ]
    return found


def refuse(found: Sequence[Verdict]) -> None:
    """Raise DatasetRefusedError that names the essential rules that do not hold, and what was measured."""
    broken = [verdict for verdict in found if verdict.essential and not verdict.holds]
    if broken:
        told = "; ".join(f"expected {verdict.rule}, got {verdict.measured:g}" for verdict in broken)
        raise DatasetRefusedError(told)


def report(
    dataset: str, found: Sequence[Verdict], by_reason: Mapping[str, int], measured: Mapping[str, Any]
) -> dict[str, Any]:
    """The report on a run, as one JSON document."""
    return {
        "dataset": dataset,
        "lines": dict(sorted(by_reason.items())),
        "measured": dict(measured),
        "rules": [asdict(verdict) for verdict in found],
        "holds": all(verdict.holds for verdict in found),
    }


def _least(name: str, measured: float, limit: float, *, essential: bool = False) -> Verdict:
    rule = f"at least {limit:g} {name}"
    return Verdict(rule=rule, measured=measured, holds=measured >= limit, essential=essential)


def _most(name: str, measured: float, limit: float, *, essential: bool = False) -> Verdict:
    rule = f"at most {limit:g} {name}"
    return Verdict(rule=rule, measured=measured, holds=measured <= limit, essential=essential)
