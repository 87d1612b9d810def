"""Collaborators of `ingest_feed`."""

from lambdas.adapters.aws import client
from lambdas.adapters.kinesis import KinesisSignalStream
from lambdas.adapters.secrets import SecretFeedKeys
from lambdas.adapters.sqs import SqsAnnouncements
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.stores import dead_letters, match_store
from lambdas.logic.feed import FeedIntake
from lambdas.observability import TELEMETRY
from lambdas.settings import AnnouncementSettings, FeedKeySettings, SignalStreamSettings


@Provider
def feed_keys() -> SecretFeedKeys:
    """Build the reader of the feed providers' keys."""
    return SecretFeedKeys(client("secretsmanager"), read_settings(FeedKeySettings).feed_keys_secret_arn, now)


@Provider
def feed_intake() -> FeedIntake:
    """Build the intake of matches and signals."""
    return FeedIntake(
        matches=match_store(),
        announcements=SqsAnnouncements(
            client("sqs"), read_settings(AnnouncementSettings).announcements_queue_url
        ),
        signals=KinesisSignalStream(
            client("kinesis"), read_settings(SignalStreamSettings).signals_stream_name
        ),
        dead_letters=dead_letters(),
        telemetry=TELEMETRY,
        clock=now,
    )
