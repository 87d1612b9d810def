"""Collaborators of `prepare_screens`, and the requests that other functions make to it."""

import time

from lambdas.adapters.aws import client
from lambdas.adapters.sqs import SqsPreparationQueue
from lambdas.environment import read_settings
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.provider import Provider
from lambdas.handlers.composition.recommendations import build_ladder
from lambdas.handlers.composition.stores import match_store
from lambdas.logic.ports.recommendations import PreparationQueue
from lambdas.logic.preparation_requests import PreparationRequests
from lambdas.logic.screen_preparer import ScreenPreparer
from lambdas.observability import TELEMETRY
from lambdas.settings import PreparationQueueSettings


@Provider
def preparation_queue() -> PreparationQueue:
    """Build the queue of rankings to prepare."""
    settings = read_settings(PreparationQueueSettings)
    return SqsPreparationQueue(client("sqs"), settings.preparation_queue_url, TELEMETRY)


@Provider
def preparation_requests() -> PreparationRequests:
    """Build the requests of this execution environment."""
    return PreparationRequests(queue=preparation_queue(), clock=now)


@Provider
def screen_preparer() -> ScreenPreparer:
    """Build the preparer of calm screens."""
    return ScreenPreparer(
        matches=match_store(),
        ladder=build_ladder(TELEMETRY),
        queue=preparation_queue(),
        clock=now,
        sleep=time.sleep,
    )
