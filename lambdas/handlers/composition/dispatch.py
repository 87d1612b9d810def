"""Collaborators of `dispatch_components`."""

from domain.delivery_mode import DeliveryMode
from lambdas.adapters.aws import client
from lambdas.adapters.dynamo_match_log import BestEffortMatchLog
from lambdas.adapters.firehose import FirehoseDecisionLog
from lambdas.adapters.sqs import SqsReceivedMessages
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.stores import match_log
from lambdas.logic.buffered_telemetry import BufferedTelemetry
from lambdas.logic.dispatch_log import DispatchLog
from lambdas.logic.ports.delivery import Delivery
from lambdas.logic.ports.dispatch import DecisionLog
from lambdas.observability import TELEMETRY
from lambdas.settings import DecisionStreamSettings, DeliverySettings, DispatchQueueSettings


@Provider
def decision_log() -> DecisionLog:
    """Build the log of decisions for evaluation and training."""
    stream_name = read_settings(DecisionStreamSettings).decisions_stream_name
    return FirehoseDecisionLog(lambda: client("firehose"), stream_name, TELEMETRY)


@Provider
def dispatch_messages() -> SqsReceivedMessages:
    """Build the access to received messages of the dispatch queue."""
    return SqsReceivedMessages(
        client("sqs"), read_settings(DispatchQueueSettings).dispatch_queue_url, TELEMETRY
    )


@Provider
def delivery() -> Delivery:
    """Build the delivery of the stage's mode."""
    if read_settings(DeliverySettings).delivery_mode is DeliveryMode.BROADCAST:
        from lambdas.handlers.composition.audiences import audience_delivery

        return audience_delivery()
    from lambdas.handlers.composition.shards import shard_delivery

    return shard_delivery()


def build_dispatch_log(telemetry: BufferedTelemetry) -> DispatchLog:
    """Build the log of decisions with the match log's entries, from the dispatch's own telemetry."""
    return DispatchLog(
        decisions=decision_log(),
        match_log=BestEffortMatchLog(match_log(), TELEMETRY),
        telemetry=telemetry,
        clock=now,
    )
