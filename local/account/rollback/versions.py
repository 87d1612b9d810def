"""The solution versions of a stage, and the one to go back to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from local.account.rollback.errors import RollbackError

METRIC = "normalized_discounted_cumulative_gain_at_10"
"""The metric by which trainings compare versions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A solution version that a campaign can serve."""

    arn: str
    created_at: datetime
    metric: float | None
    """NDCG at 10; None if Personalize has no metrics of the version."""

    def __str__(self) -> str:
        metric = "no metric" if self.metric is None else f"NDCG@10 {self.metric:.4f}"
        return f"{self.arn} of {self.created_at:%Y-%m-%d %H:%M}, {metric}"


def stage_solutions(personalize: Any, stage: str, serving_solution: str) -> list[str]:
    """Return the solution in service, and those that the stage had before a change of recipe or event type.

    They are in one dataset group, in which an adopted group may have solutions of others.
    """
    group = personalize.describe_solution(solutionArn=serving_solution)["solution"]["datasetGroupArn"]
    pages = personalize.get_paginator("list_solutions").paginate(datasetGroupArn=group)
    base = f"touchline-{stage}"
    return [
        one["solutionArn"]
        for page in pages
        for one in page["solutions"]
        if one["solutionArn"] == serving_solution or one["name"] == base or one["name"].startswith(f"{base}-")
    ]


def active_versions(personalize: Any, solution_arns: Sequence[str]) -> list[Version]:
    """Return the versions of solutions that can be served, oldest first."""
    paginator = personalize.get_paginator("list_solution_versions")
    summaries = [
        one
        for arn in solution_arns
        for page in paginator.paginate(solutionArn=arn)
        for one in page["solutionVersions"]
        if one["status"] == "ACTIVE"
    ]
    versions = [
        Version(
            arn=one["solutionVersionArn"],
            created_at=one["creationDateTime"],
            metric=_metric(personalize, one["solutionVersionArn"]),
        )
        for one in summaries
    ]
    return sorted(versions, key=lambda version: version.created_at)


def choose(versions: Sequence[Version], serving: str, wanted: str | None) -> Version:
    """Return the wanted version, or the one before the version in service; raises RollbackError."""
    arns = [version.arn for version in versions]
    if wanted is not None:
        if wanted not in arns:
            raise RollbackError(f"expected one of the active versions {', '.join(arns)}; got {wanted}")
        return versions[arns.index(wanted)]
    if serving not in arns:
        raise RollbackError(f"the version in service, {serving}, is not active; name one with --to")
    if arns.index(serving) == 0:
        raise RollbackError(f"{serving} is in service, and no active version is older")
    return versions[arns.index(serving) - 1]


def _metric(personalize: Any, arn: str) -> float | None:
    try:
        metrics = personalize.get_solution_metrics(solutionVersionArn=arn)["metrics"]
    except personalize.exceptions.ResourceNotFoundException:
        return None
    return float(metrics[METRIC]) if METRIC in metrics else None
