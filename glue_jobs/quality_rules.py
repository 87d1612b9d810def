"""The quality rules of a dataset, checked against measurements of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from domain.interaction import LEARNED
from domain.registry import CONTEXT_REGISTRY, ContextRegistry
from domain.training_minimums import MIN_INTERACTIONS, MIN_RETURNING_SHARE, MIN_RETURNING_USERS
from glue_jobs.errors import DatasetRefusedError

MAX_REFUSED_SHARE = 0.5
MAX_DUPLICATE_SHARE = 0.1
MIN_COMPLETE_SHARE = 0.9
MIN_IMPRESSION_SHARE = 0.2
MAX_AGE_SECONDS = 60 * 86_400
BY_BEHAVIOUR = ("duplicate", "bot", "clicks everything", "no impression", "shown again in its session")
"""Reasons that say something about a viewer, not about the producer: one viewer must not stop a training."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """The result of one rule, with the measured value; a broken essential rule fails the run."""

    rule: str
    measured: float
    holds: bool
    essential: bool = False


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def check_rules(
    *,
    by_reason: Mapping[str, int],
    measured: Mapping[str, Any],
    counts: Mapping[str, Any],
    now_seconds: int,
    incremental: bool,
    registry: ContextRegistry = CONTEXT_REGISTRY,
) -> list[RuleResult]:
    """Return the result of every rule; `counts` is the row of `dataset_counts`.

    Personalize trains on at least 1,000 interactions of the learned type, with at least 25 returning users
    and 1% of all users. An import, even an incremental one, needs at least 1,000 rows of any type
    (https://docs.aws.amazon.com/personalize/latest/dg/limits.html).
    """
    total = sum(by_reason.values())
    lines = int(measured["lines"] or 0)
    faulty = total - lines - sum(by_reason.get(reason, 0) for reason in BY_BEHAVIOUR)
    rows, learned, users, returning = (
        int(counts[name] or 0) for name in ("interactions", "learned", "users", "returning")
    )
    learned_type = f"{LEARNED.value}s"
    results = [
        _at_least("interactions", rows, MIN_INTERACTIONS, essential=True),
        _at_most("share of lines refused", _share(faulty, total), MAX_REFUSED_SHARE, essential=True),
        _at_most("share of duplicates", _share(by_reason.get("duplicate", 0), total), MAX_DUPLICATE_SHARE),
        _at_least("share of impressions", _share(measured["impressions"] or 0, lines), MIN_IMPRESSION_SHARE),
        _at_most("seconds since the newest", now_seconds - int(measured["newest"] or 0), MAX_AGE_SECONDS),
        *(
            _at_least(f"share with {name}", _share(measured[name] or 0, lines), MIN_COMPLETE_SHARE)
            for name in registry.names
        ),
    ]
    if not incremental:
        results += [
            _at_least(learned_type, learned, MIN_INTERACTIONS, essential=True),
            _at_least(
                f"users with two {learned_type} or more", returning, MIN_RETURNING_USERS, essential=True
            ),
            _at_least(
                f"share of users with two {learned_type} or more",
                _share(returning, users),
                MIN_RETURNING_SHARE,
                essential=True,
            ),
        ]
    return results


def raise_if_refused(results: Sequence[RuleResult]) -> None:
    """Raise DatasetRefusedError if an essential rule does not hold, with the measured values."""
    broken = [result for result in results if result.essential and not result.holds]
    if broken:
        reasons = "; ".join(f"expected {result.rule}, got {result.measured:g}" for result in broken)
        raise DatasetRefusedError(reasons)


def quality_report(
    dataset: str, results: Sequence[RuleResult], by_reason: Mapping[str, int], measured: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the quality report of a run as a JSON document."""
    return {
        "dataset": dataset,
        "lines": dict(sorted(by_reason.items())),
        "measured": dict(measured),
        "rules": [asdict(result) for result in results],
        "holds": all(result.holds for result in results),
    }


def _at_least(name: str, measured: float, limit: float, *, essential: bool = False) -> RuleResult:
    rule = f"at least {limit:g} {name}"
    return RuleResult(rule=rule, measured=measured, holds=measured >= limit, essential=essential)


def _at_most(name: str, measured: float, limit: float, *, essential: bool = False) -> RuleResult:
    rule = f"at most {limit:g} {name}"
    return RuleResult(rule=rule, measured=measured, holds=measured <= limit, essential=essential)
