"""Collaborators of `dispatch_components`."""

from lambdas.adapters.aws import client
from lambdas.adapters.dynamo_match_log import BestEffortMatchLog
from lambdas.adapters.firehose import FirehoseDecisionLog
from lambdas.adapters.sqs import SqsReceivedMessages
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.posts import viewers_poster
from lambdas.handlers.composition.preparation import preparation_requests
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.recommendations import build_placement_finder
from lambdas.handlers.composition.stores import connection_store, dispatch_ledger, match_log, match_store
from lambdas.logic.buffered_telemetry import BufferedTelemetry
from lambdas.logic.dispatch import Dispatcher
from lambdas.logic.dispatch_log import DispatchLog
from lambdas.logic.ports.dispatch import DecisionLog
from lambdas.observability import TELEMETRY
from lambdas.settings import DecisionStreamSettings, DispatchQueueSettings


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
def dispatcher() -> Dispatcher:
    """Build the dispatcher."""
    telemetry = BufferedTelemetry(telemetry=TELEMETRY)
    return Dispatcher(
        matches=match_store(),
        connections=connection_store(),
        ledger=dispatch_ledger(),
        placement_finder=build_placement_finder(telemetry),
        poster=viewers_poster(),
        decisions=DispatchLog(
            decisions=decision_log(),
            match_log=BestEffortMatchLog(match_log(), TELEMETRY),
            telemetry=telemetry,
            clock=now,
        ),
        preparation=preparation_requests(),
        telemetry=telemetry,
        clock=now,
    )
