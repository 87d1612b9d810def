"""What a match uses of each service, in the units of the bill."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from local.account.plan.measured import Measured
from local.account.plan.simulation.channels import metered_events
from local.account.plan.stage_capacity import StageCapacity
from local.account.preflight.demand import (
    CHANNELS,
    DOCUMENTS,
    IMPRESSIONS,
    REFRESH_SECONDS,
    reporting_share,
)

GIGABYTE = 1e9
GATEWAY_BYTES, FIREHOSE_BYTES = 32 * 1024, 5 * 1024
"""The sizes up to which a message of a WebSocket API, and a record of Firehose, is one unit."""
HOURS_OF_A_MATCH = 2.0
"""How long a viewer is connected."""
CONNECTS = 1.3
"""How often a viewer's app connects in a match: networks change, and devices sleep."""
READY_HOURS = 4.5
"""How long the campaign's rate and the environments of a match are kept, by docs/deploy.md."""
CLICK_SHARE = 0.05
"""The clicks of a viewer on a version."""
COUNTED_VIEWERS = 16
"""One viewer in so many adds to the count of the audience."""
WRITES_TO_CONNECT, READS_TO_CONNECT = 10, 4
"""Units of the table for connecting, subscribing and leaving, by docs/deploy.md and the adapters."""
READ_UNITS_OF_A_SUBSCRIPTION = 0.18
"""A subscription in play is some 700 bytes, and a page is read consistently."""
WRITES_OF_A_REPORT = 2
CALLS_OF_A_TASK = 4
"""Calls of SQS for a dispatch task: sent, received with an empty call beside it, deleted."""
RECORDS_OF_A_BATCH = 100
LEARNT_BYTES = 300
"""A row of the interactions dataset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """So many units of a price, which is named as in `prices.toml`, and what they are for."""

    service: str
    price: str
    quantity: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchUsage:
    """The usage of one of some matches that are played at the same time and share what is kept ready."""

    capacity: StageCapacity
    measured: Measured
    viewers: int
    matches: int
    versions: int
    tasks: int
    """Dispatch tasks of a version."""
    busy_seconds: float
    """For which environments of the dispatch run for a version."""

    def of_connections(self) -> list[Usage]:
        """Return the usage in the mode `connections`."""
        told, size = self._told, self.measured.components_bytes
        reports = told * (1 + CLICK_SHARE)
        opened = self.viewers * CONNECTS
        messages = told * ceil(size / GATEWAY_BYTES) + 2 * reports + 2 * opened
        return [
            _use(
                "API Gateway", "gateway_messages", messages, "posts, reports with their answers, subscribing"
            ),
            _use("API Gateway", "gateway_minutes", self._minutes, "connection minutes"),
            _use(
                "data transfer", "internet_gigabytes", (told + opened) * size / GIGABYTE, "messages to apps"
            ),
            *self._functions(4 * opened + reports, opened * 0.13 + self._report_seconds(reports)),
            _use(
                "DynamoDB",
                "table_writes",
                opened * WRITES_TO_CONNECT + reports * WRITES_OF_A_REPORT,
                "connections, subscriptions and what was seen",
            ),
            _use(
                "DynamoDB",
                "table_reads",
                opened * READS_TO_CONNECT + told * READ_UNITS_OF_A_SUBSCRIPTION,
                "pages of subscribers",
            ),
            *self._learning(told * IMPRESSIONS + told * CLICK_SHARE),
            *self._shared(),
        ]

    def of_broadcast(self, publishes: int) -> list[Usage]:
        """Return the usage in the mode `broadcast`, with so many publishes for a version."""
        told, metered = self._told, metered_events(self.measured.audience_bytes)
        share = self.capacity.impression_share
        opened = self.viewers * CONNECTS
        reports = told * (reporting_share(share) + CLICK_SHARE)
        published = publishes * self.versions
        operations = (told + published) * metered + opened * (1 + CHANNELS)
        refreshes = HOURS_OF_A_MATCH * 3600 / REFRESH_SECONDS
        requests = opened * DOCUMENTS + self.viewers * refreshes
        # A document that has not changed since is answered without its content.
        documents = opened + self.viewers * min(refreshes, self.versions)
        return [
            _use(
                "AppSync Events",
                "channel_operations",
                operations,
                "messages by 5 KB, connects, subscriptions",
            ),
            _use("AppSync Events", "channel_minutes", self._minutes, "connection minutes"),
            _use(
                "data transfer",
                "internet_gigabytes",
                told * self.measured.audience_bytes / GIGABYTE,
                "messages to apps",
            ),
            _use("API Gateway", "http_requests", opened + reports, "passes and reports"),
            *self._functions(
                opened * (2 + CHANNELS) + reports,
                opened * self._seconds("pass", *["authorizer"] * (1 + CHANNELS))
                + self._report_seconds(reports),
            ),
            _use("CloudFront", "edge_requests", requests, "fetches of documents"),
            _use(
                "CloudFront",
                "edge_gigabytes",
                documents * self.measured.document_bytes / GIGABYTE,
                "documents",
            ),
            # An app that opens again looks for an own document if its viewer has chosen, as all may.
            _use(
                "S3",
                "object_reads",
                published + opened - self.viewers,
                "updates, and own documents that do not exist",
            ),
            _use("S3", "object_writes", published, "documents of audiences"),
            _use(
                "DynamoDB",
                "table_writes",
                opened / COUNTED_VIEWERS + published * 2 + reports * WRITES_OF_A_REPORT,
                "counts of audiences, claims and what was seen",
            ),
            *self._learning(told * (share * IMPRESSIONS + CLICK_SHARE)),
            *self._shared(),
        ]

    @property
    def _told(self) -> float:
        """How many times a viewer is told a version."""
        return self.viewers * float(self.versions)

    @property
    def _minutes(self) -> float:
        return self.viewers * HOURS_OF_A_MATCH * 60

    def _seconds(self, *steps: str) -> float:
        return sum(self.measured.times[step].p50_seconds for step in steps)

    def _report_seconds(self, reports: float) -> float:
        return reports * self._seconds("interaction")

    def _functions(self, invocations: float, seconds: float) -> Iterator[Usage]:
        """Return what the functions use: those that answer viewers, and the dispatch."""
        tasks = self.tasks * self.versions
        dispatch = self.busy_seconds * self.versions * self.capacity.dispatch_gigabytes
        ready = self.capacity.ready_environments * self.capacity.dispatch_gigabytes * READY_HOURS * 3600
        logs = (invocations + tasks) * self.measured.log_bytes_per_invocation / GIGABYTE
        yield _use("Lambda", "lambda_requests", invocations + tasks, "answers to apps, and dispatch tasks")
        yield _use(
            "Lambda", "lambda_gigabyte_seconds", seconds * self.capacity.function_gigabytes, "answers to apps"
        )
        yield _use("Lambda", "lambda_gigabyte_seconds", dispatch, "the dispatch, waits for rates included")
        yield _use("Lambda", "lambda_ready_gigabyte_seconds", ready / self.matches, "environments kept ready")
        yield _use("CloudWatch", "log_gigabytes", logs, "logs of the functions")
        yield _use("SQS", "queue_requests", tasks * CALLS_OF_A_TASK, "dispatch tasks")

    def _learning(self, records: float) -> Iterator[Usage]:
        """Return what so many recorded interactions use on their way to the recommender."""
        yield _use("Kinesis", "stream_puts", records, "interactions")
        yield _use("Lambda", "lambda_requests", records / RECORDS_OF_A_BATCH, "batches for the event tracker")
        yield _use("Firehose", "firehose_gigabytes", records * FIREHOSE_BYTES / GIGABYTE, "the clickstream")
        yield _use("Personalize", "learning_gigabytes", records * LEARNT_BYTES / GIGABYTE, "interactions")

    def _shared(self) -> Iterator[Usage]:
        """Return this match's part of what all matches at the same time use together."""
        hours = self.capacity.campaign_per_second * READY_HOURS
        yield _use("Personalize", "campaign_hours", hours / self.matches, "the campaign's rate")


def _use(service: str, price: str, quantity: float, reason: str) -> Usage:
    return Usage(service=service, price=price, quantity=quantity, reason=reason)
