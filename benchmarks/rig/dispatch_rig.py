"""`dispatch_components` with a match whose viewers are on real sockets."""

import contextlib
import io
import json
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import boto3

from benchmarks.rig.environment import REGION, set_fake_account
from benchmarks.rig.helper_process import helper
from domain.choice import Exposure
from domain.cohort import Cohort, ViewerTraits
from domain.component import Component
from domain.context import MatchContext, initial_context
from domain.dispatch_task import DispatchTask
from domain.match import Match, Stage, Team, Venue
from domain.registry import CONTEXT_REGISTRY
from domain.subscription import Subscription
from lambdas.adapters.connection_rows import shard_of, write_subscription
from lambdas.adapters.dynamo_catalogue_store import DynamoCatalogueStore
from lambdas.adapters.dynamo_matches import DynamoMatchStore
from paths import CATALOGUE_FOLDER

SHARDS = 4
ROWS_PER_WRITE = 25
PLACEMENT_KEY = "placement-key"
KEYS = {
    "matches": ("match_id", "item"),
    "components": ("catalogue", "component_id"),
    "constraints": ("rule_set", "rule_id"),
    "connections": ("pk", "sk"),
    "night": ("match_id", "entry"),
}
MATCH = Match(
    id="benchmark",
    competition="Cup",
    stage=Stage.FINAL,
    venue=Venue(name="Ground", neutral=True),
    home=Team(id="1", name="Home"),
    away=Team(id="2", name="Away"),
    kick_off=datetime(2026, 6, 1, 19, 0, tzinfo=UTC),
)
COHORTS = [
    Cohort(favourite_team=team, age_band=age, country=country, tier=tier)
    for team, age, country, tier in product(
        ("Home", "Away", "unknown"), ("13-17", "18-24", "25-34", "35+"), ("IT", "DE"), ("basic", "premium")
    )
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewerHistory:
    """What the viewers have done in the match before the first version."""

    components_seen: int = 0
    engaged_one_in: int = 0
    """One viewer in so many has engaged; none if 0."""
    holdout_share: float = 0.0


NEW_VIEWERS = ViewerHistory()


class Invocation:
    """The Lambda context object."""

    function_name = "dispatch_components"
    memory_limit_in_mb = 1769
    invoked_function_arn = f"arn:aws:lambda:{REGION}:123456789012:function:dispatch_components"
    aws_request_id = "benchmark"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Return a minute, the function's timeout."""
        return 60_000


def version_of(match: Match, version: int) -> MatchContext:
    """Return a version of a match's context with other columns than the one before it."""
    values = CONTEXT_REGISTRY.column("MATCH_EVENT").vocabulary
    context = initial_context(match)
    columns = {**context.columns, "MATCH_EVENT": values[version % len(values)]}
    return replace(context, version=version, columns=columns, cause_id=f"moment-{version}")


def event_of(task: DispatchTask) -> dict[str, Any]:
    """Return the event with which the dispatch queue invokes the function for a task."""
    record = {"messageId": "task", "receiptHandle": "none", "body": json.dumps(task.to_dict())}
    return {"Records": [record]}


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchRig:
    """A match, its subscribers, and the function that serves them."""

    aws_endpoint: str
    gateway_endpoint: str
    viewers: int

    def change_context(self, version: int) -> None:
        """Dispatch a version with new columns to every shard; raises RuntimeError if a record fails."""
        from lambdas.handlers.dispatch_components import handler

        context = version_of(MATCH, version)
        with contextlib.redirect_stdout(io.StringIO()):  # logs and metrics are written, but not shown
            for shard in range(SHARDS):
                answer = handler(event_of(DispatchTask(context=context, shard=shard)), Invocation())
                if answer["batchItemFailures"]:
                    raise RuntimeError(f"dispatch of version {version} to shard {shard}: expected no failure")

    def recommender_calls(self) -> int:
        """Return the number of calls to the campaign so far."""
        with urllib.request.urlopen(f"{self.aws_endpoint}/calls", timeout=10) as answer:
            return int(json.load(answer)["calls"])


@contextmanager
def dispatch_rig(
    viewers: int,
    *,
    quota: str = "requests=none",
    history: ViewerHistory = NEW_VIEWERS,
    posts_per_second: int = 1_000_000,
    post_burst: int = 2_000_000,
) -> Iterator[DispatchRig]:
    """Connect viewers of 48 cohorts, store their subscriptions, and publish the catalogue.

    The gateway enforces the quota, which the function does not know; the function leases its posts.
    """
    with (
        helper("benchmarks.rig.aws_process") as aws,
        helper("benchmarks.rig.gateway_process", str(viewers), quota) as gateway,
    ):
        set_fake_account(
            **function_variables(aws["endpoint"]),
            WEBSOCKET_ENDPOINT=gateway["endpoint"],
            POSTS_PER_SECOND=str(posts_per_second),
            POST_BURST=str(post_burst),
            DELIVERY_MODE="connections",
            EXPERIMENT_HOLDOUT_SHARE=str(history.holdout_share),
        )
        dynamodb = boto3.client("dynamodb")
        seen = publish(dynamodb)[: history.components_seen]
        _subscribe(dynamodb, gateway["connections"], seen, history.engaged_one_in)
        yield DispatchRig(aws_endpoint=aws["endpoint"], gateway_endpoint=gateway["endpoint"], viewers=viewers)


def function_variables(aws_endpoint: str) -> dict[str, str]:
    """Return the variables of `dispatch_components` that do not depend on the delivery mode."""
    return {
        "AWS_ENDPOINT_URL": aws_endpoint,
        "MATCHES_TABLE_NAME": "matches",
        "COMPONENTS_TABLE_NAME": "components",
        "CONSTRAINTS_TABLE_NAME": "constraints",
        "CONNECTIONS_TABLE_NAME": "connections",
        "DISPATCH_QUEUE_URL": f"{aws_endpoint}/dispatch",
        "PREPARATION_QUEUE_URL": f"{aws_endpoint}/preparation",
        "CAMPAIGN_ARN": f"arn:aws:personalize:{REGION}:123456789012:campaign/benchmark",
        "CAMPAIGN_TRANSACTIONS_PER_SECOND": "500",
        "RECOMMENDATION_MODE": "cohort",
        "EXPERIMENT_SEASON": "bench",
        "EXPERIMENT_TRIAL_SHARE": "0",
        "DECISIONS_STREAM_NAME": "decisions",
        "NIGHT_TABLE_NAME": "night",
        "DEAD_LETTERS_QUEUE_URL": f"{aws_endpoint}/dead-letters",
        "PLACEMENT_KEY_SECRET_ARN": PLACEMENT_KEY,
        "POWERTOOLS_SERVICE_NAME": "dispatch_components",
        "POWERTOOLS_METRICS_NAMESPACE": "Touchline",
        "POWERTOOLS_LOG_LEVEL": "INFO",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }


def publish(dynamodb: Any) -> list[str]:
    """Create the tables, write key, match and catalogue, and return the ids of the components."""
    boto3.client("secretsmanager").create_secret(Name=PLACEMENT_KEY, SecretString="a key")
    for table, names in KEYS.items():
        dynamodb.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
            KeySchema=[
                {"AttributeName": name, "KeyType": kind}
                for name, kind in zip(names, ("HASH", "RANGE"), strict=True)
            ],
        )
    DynamoMatchStore(dynamodb, "matches", lambda: datetime.now(UTC)).put_match(MATCH)
    store = DynamoCatalogueStore(dynamodb, components_table="components", constraints_table="constraints")
    components = json.loads((CATALOGUE_FOLDER / "components.json").read_text())["components"]
    store.replace_components([Component.from_dict(component) for component in components])
    store.replace_constraints(json.loads((CATALOGUE_FOLDER / "constraints.json").read_text())["constraints"])
    return [component["id"] for component in components]


def _subscribe(dynamodb: Any, connections: Sequence[str], seen: Sequence[str], engaged_one_in: int) -> None:
    exposures = dict.fromkeys(seen, Exposure(count=1, last_at=datetime.now(UTC) - timedelta(minutes=5)))
    expires_at = datetime.now(UTC) + timedelta(hours=2)
    rows = [
        write_subscription(
            Subscription(
                match_id=MATCH.id,
                connection_id=connection_id,
                viewer=ViewerTraits(viewer_id=f"viewer-{number}", cohort=COHORTS[number % len(COHORTS)]),
                expires_at=expires_at,
                exposures=exposures,
                engaged=engaged_one_in > 0 and number % engaged_one_in == 0,
            ),
            shard_of(connection_id, SHARDS),
        )
        for number, connection_id in enumerate(connections)
    ]
    for start in range(0, len(rows), ROWS_PER_WRITE):
        writes = [{"PutRequest": {"Item": row}} for row in rows[start : start + ROWS_PER_WRITE]]
        dynamodb.batch_write_item(RequestItems={"connections": writes})
