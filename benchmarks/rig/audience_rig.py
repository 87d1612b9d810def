"""`dispatch_components` in a stage that broadcasts, with matches of the same audiences and other sizes."""

import contextlib
import io
import json
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import boto3

from benchmarks.rig.dispatch_rig import (
    COHORTS,
    MATCH,
    Invocation,
    event_of,
    function_variables,
    publish,
    version_of,
)
from benchmarks.rig.environment import REGION, set_fake_account
from benchmarks.rig.helper_process import helper
from domain.audience import Audience
from domain.match import Match
from lambdas.adapters.dynamo_audiences import DynamoAudienceStore
from lambdas.adapters.dynamo_matches import DynamoMatchStore
from lambdas.logic.audience_targets import AudienceTargets

BUCKET = "documents"
COUNTED_WITH = 16
"""A pass counts for so many viewers, with this as its chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceRig:
    """Matches with the same 48 audiences, and the functions that plan and dispatch their versions."""

    events_endpoint: str
    targets: AudienceTargets

    def change_context(self, viewers: int, version: int) -> None:
        """Plan a version of the match of this size and dispatch it; raises RuntimeError if a task fails."""
        from lambdas.handlers.dispatch_components import handler

        context = version_of(match_of(viewers), version)
        with contextlib.redirect_stdout(io.StringIO()):  # logs and metrics are written, but not shown
            for task in self.targets.tasks(context, {"plannedAt": 0}):
                answer = handler(event_of(task), Invocation())
                if answer["batchItemFailures"]:
                    raise RuntimeError(f"dispatch of version {version} to {task.target}: expected no failure")

    def published(self) -> int:
        """Return the number of publishes so far."""
        with urllib.request.urlopen(f"{self.events_endpoint}/published", timeout=10) as answer:
            return int(json.load(answer)["published"])


def match_of(viewers: int) -> Match:
    """Return the match that so many viewers follow."""
    return replace(MATCH, id=f"followed-by-{viewers}")


@contextmanager
def audience_rig(sizes: Sequence[int]) -> Iterator[AudienceRig]:
    """Store a match for each number of viewers, its audiences, and how many viewers each has."""
    with (
        helper("benchmarks.rig.aws_process") as aws,
        helper("benchmarks.rig.event_api_process") as events,
    ):
        set_fake_account(
            **function_variables(aws["endpoint"]),
            DELIVERY_MODE="broadcast",
            EVENTS_URL=f"{events['endpoint']}/event",
            DOCUMENTS_BUCKET_NAME=BUCKET,
            JOINS_PER_SECOND="1500",
            EXPERIMENT_HOLDOUT_SHARE="0",
        )
        boto3.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        dynamodb = boto3.client("dynamodb")
        publish(dynamodb)
        matches = DynamoMatchStore(dynamodb, "matches", _now)
        store = DynamoAudienceStore(dynamodb, "connections")
        for viewers in sizes:
            match = match_of(viewers)
            matches.put_match(match)
            _join(store, match, viewers)
        yield AudienceRig(
            events_endpoint=events["endpoint"], targets=AudienceTargets(audiences=store, clock=_now)
        )


def _join(store: DynamoAudienceStore, match: Match, viewers: int) -> None:
    for number in range(viewers):
        audience = Audience(cohort=COHORTS[number % len(COHORTS)], consents=frozenset())
        if number < len(COHORTS):
            store.add(match.id, audience, _now())
        if number % COUNTED_WITH == 0:
            store.count_viewers(match.id, audience, COUNTED_WITH)


def _now() -> datetime:
    return datetime.now(UTC)
