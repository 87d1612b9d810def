"""Faults that raise the alarms: each is made in a handler, with its collaborators in moto or as fakes."""

import base64
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
import jwt
from botocore.exceptions import ClientError

from domain.broadcast.sample import Sample, SampleKind, Sampling
from domain.broadcast.sample_observation import SampleObservation
from domain.capacity_window import Capacity
from domain.component import Component, Slot
from domain.context import initial_context
from domain.dispatch_task import DispatchTask
from domain.errors import AnalyserBusyError, AnalyserRefusedError, InvalidFieldError
from domain.preparation_task import PreparationTask
from domain.recommendation import Refusal
from domain.subscription import Subscription
from lambdas.adapters.dynamo_catalogue import DynamoCatalogue
from lambdas.adapters.dynamo_catalogue_store import DynamoCatalogueStore
from lambdas.adapters.errors import IssuerUnavailableError
from lambdas.adapters.json_web_tokens import JsonWebTokens
from lambdas.adapters.trusted_issuers import TrustedIssuers
from lambdas.handlers import (
    analyse_media,
    authorize_connection,
    build_context,
    dispatch_components,
    finish_transcription,
    ingest_feed,
    interact,
    load_catalogue,
    plan_dispatch,
    prepare_screens,
    record_interactions,
    record_night,
    rotate_placement_key,
    schedule_kick_off,
    set_campaign_capacity,
    subscribe,
    tell_operators,
)
from lambdas.handlers.composition import (
    broadcast,
    capacity,
    dispatch,
    identity,
    interactions,
    posts,
    recommendations,
    stores,
)
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.stores import connection_store, match_store
from lambdas.handlers.errors import BatchFailedError
from lambdas.logic.capacity_keeper import CapacityKeeper
from lambdas.logic.errors import AnalysisIncompleteError
from lambdas.logic.media import MediaAnalysis
from lambdas.logic.observations import ObservationWriter
from lambdas.logic.signature import SIGNATURE_HEADER, sign
from lambdas.logic.subscribe import CONNECTION_LIFE
from lambdas.logic.transcripts import TranscriptReader
from lambdas.observability import TELEMETRY
from tests.support import builders, fakes
from tests.support.interactions import recorded
from tests.support.lambda_context import LambdaContext

RUNTIME = LambdaContext()
MATCH_ID = "turkey-italy"
POLL = builders.a_component("poll", Slot.OVERLAY, editorial_rank=1)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, and the module of the handler in which it is made."""

    module: str
    make: Callable[[], object]
    raises: type[Exception] = Exception


def unreadable_row() -> object:
    """A row of our own tables is not JSON."""
    match_store().put_match(builders.a_match())
    row = {"match_id": {"S": MATCH_ID}, "item": {"S": "CONTEXT"}, "context": {"S": "{"}}
    boto3.client("dynamodb").put_item(TableName="matches", Item=row)
    return build_context.handler(messages(builders.a_moment().to_dict()), RUNTIME)


def unknown_match() -> object:
    """A Moment is of a match that was never announced."""
    return build_context.handler(messages(builders.a_moment().to_dict()), RUNTIME)


def missing_table() -> object:
    """A viewer subscribes while a table cannot be reached."""
    boto3.client("dynamodb").delete_table(TableName="matches")
    event = {
        "requestContext": {"connectionId": "c1", "authorizer": {"viewerId": "v1"}},
        "body": json.dumps({"action": "subscribe", "matchId": MATCH_ID}),
    }
    return [subscribe.handler(event, RUNTIME) for _ in range(11)]


def missing_queue() -> object:
    """A new version cannot be dispatched."""
    boto3.client("sqs").delete_queue(QueueUrl=_queue_url("dispatch"))
    context = json.dumps(initial_context(builders.a_match()).to_dict())
    image = {"item": {"S": "CONTEXT"}, "version": {"N": "0"}, "context": {"S": context}}
    records = [{"dynamodb": {"SequenceNumber": "1", "NewImage": image}}]
    return plan_dispatch.handler({"Records": records}, RUNTIME)


def failing_posts() -> object:
    """Posts to a viewer fail."""
    poster = fakes.RecordingPoster()
    poster.failing = {"c1"}
    return _dispatch(POLL, poster=poster)


def throttled_crowd() -> object:
    """The gateway throttles the posts to a hundred viewers and one."""
    poster = fakes.RecordingPoster()
    poster.throttled = {f"c{number}" for number in range(1, 102)}
    return _dispatch(POLL, poster=poster, viewers=101, remaining_milliseconds=9_500)


def missing_decision_stream() -> object:
    """Firehose does not accept the decisions."""
    return _dispatch(POLL, accepts_decisions=False)


def missing_match_log() -> object:
    """The table of the match log cannot be reached."""
    boto3.client("dynamodb").delete_table(TableName="night")
    return _dispatch(POLL)


def missing_dead_letters() -> object:
    """A provider posts an invalid entry while the queue of dead letters cannot be reached."""
    match_store().put_match(builders.a_match())
    boto3.client("sqs").delete_queue(QueueUrl=_queue_url("dead-letters"))
    path, body = {"provider": "vendor"}, json.dumps({"match_id": MATCH_ID, "signals": [{}]})
    signature = sign("open sesame", builders.request_line(path), body.encode(), int(time.time()))
    headers = {SIGNATURE_HEADER: signature}
    return ingest_feed.handler({"pathParameters": path, "headers": headers, "body": body}, RUNTIME)


def throttled_posts() -> object:
    """The gateway throttles the posts until the invocation ends."""
    poster = fakes.RecordingPoster()
    poster.throttled = {"c1"}
    return _dispatch(POLL, poster=poster, remaining_milliseconds=8_200)


def late_task() -> object:
    """A task is delivered again when its version is no longer shown."""
    return _dispatch(POLL, attributes={"ApproximateReceiveCount": "2", "SentTimestamp": "1000"})


def missing_campaign() -> object:
    """There is no campaign, and viewers get the editorial default."""
    recommender = fakes.ScriptedRecommender()
    recommender.refusal = Refusal.MISSING
    return _dispatch(POLL, recommender=recommender)


def large_component() -> object:
    """An earlier version has published a component that is larger than a message."""
    return _dispatch(builders.a_component("fat", Slot.OVERLAY, properties={"text": "x" * 135_000}))


def unreadable_catalogue() -> object:
    """A table of the catalogue cannot be read again, and the function goes on with what it knows."""
    clock = fakes.FrozenClock(now())
    known = DynamoCatalogue(
        boto3.client("dynamodb"), components_table="components", constraints_table="constraints", clock=clock
    )
    known.components()
    clock.sleep(60)
    boto3.client("dynamodb").delete_table(TableName="constraints")
    stores.catalogue.supply(known)
    return _dispatch(POLL)


def missing_ledger() -> object:
    """The table that records what was dispatched cannot be reached."""
    match_store().put_match(builders.a_match())
    boto3.client("dynamodb").delete_table(TableName="connections")
    return dispatch_components.handler(messages(_task().to_dict()), RUNTIME)


def missing_matches() -> object:
    """Calm screens should be ranked while the table of matches cannot be reached."""
    boto3.client("dynamodb").delete_table(TableName="matches")
    task = PreparationTask(match_id=MATCH_ID, cohorts=(), viewer_ids=())
    return prepare_screens.handler(messages(task.to_dict()), RUNTIME)


def unplanned_kick_off() -> object:
    """A match is announced while the table of matches cannot be reached."""
    boto3.client("dynamodb").delete_table(TableName="matches")
    return schedule_kick_off.handler(messages(builders.a_match().to_dict()), RUNTIME)


def unrecorded_moment() -> object:
    """A Moment is published while the match log cannot be reached."""
    match_store().put_match(builders.a_match())
    boto3.client("dynamodb").delete_table(TableName="night")
    notice = {"MessageId": "1", "Message": json.dumps(builders.a_moment().to_dict())}
    return record_night.handler({"Records": [{"Sns": notice}]}, RUNTIME)


def unknown_watchers() -> object:
    """A context changes while the table of connections cannot be reached."""
    match_store().put_match(builders.a_match())
    match_store().put_context(initial_context(builders.a_match()), {})
    (row,) = (row for row in boto3.client("dynamodb").scan(TableName="matches")["Items"] if "context" in row)
    boto3.client("dynamodb").delete_table(TableName="connections")
    return tell_operators.handler({"Records": [{"dynamodb": {"NewImage": row}}]}, RUNTIME)


def unsendable_dead_letter() -> object:
    """An unreadable interaction arrives while the queue of dead letters cannot be reached."""
    boto3.client("sqs").delete_queue(QueueUrl=_queue_url("dead-letters"))
    records = [{"kinesis": {"sequenceNumber": "1", "data": base64.b64encode(b"{").decode()}}]
    return record_interactions.handler({"Records": records}, RUNTIME)


def silence_issuer() -> str:
    """Make the issuer's keys unreadable, and return a token."""

    class Unavailable:
        def key(self, key_id: str) -> Any:
            raise IssuerUnavailableError("HTTP 503")

    tokens = JsonWebTokens(issuer="https://issuer.example", audience="app", keys=Unavailable())
    identity.token_verifier.supply(TrustedIssuers(viewers=tokens, operators=tokens))
    return str(jwt.encode({"sub": "v1"}, "s" * 32, headers={"kid": "k1"}))


def silent_issuer() -> object:
    """The issuer's keys cannot be read."""
    token = silence_issuer()
    headers = {"Sec-WebSocket-Protocol": f"touchline.v1, {token}"}
    return authorize_connection.handler({"headers": headers, "methodArn": "arn"}, RUNTIME)


def forged_interactions() -> object:
    """A viewer reports what they were never shown."""
    act = {
        "type": "click",
        "componentId": "poll",
        "slot": "overlay",
        "version": 7,
        "signature": "1623438000.AAAAAAAAAAAAAAAAAAAAAA",
        "occurredAt": "2021-06-11T19:00:00Z",
    }
    event = {
        "requestContext": {"connectionId": "c1", "authorizer": {"viewerId": "v1"}},
        "body": json.dumps({"action": "interact", "matchId": MATCH_ID, "interactions": [act] * 10}),
    }
    interactions.component_ids.supply(fakes.EveryComponent())
    return [interact.handler(event, RUNTIME) for _ in range(51)]


def throttled_tracker() -> object:
    """Personalize throttles PutEvents."""
    interactions.event_tracker.supply(fakes.InMemoryEventTracker(refusal=Refusal.THROTTLED))
    data = base64.b64encode(json.dumps(recorded().to_dict()).encode()).decode()
    records = [{"kinesis": {"sequenceNumber": "1", "data": data}}]
    return record_interactions.handler({"Records": records}, RUNTIME)


def refused_analyser() -> object:
    """Rekognition refuses the analyser."""
    return _analyse(AnalyserRefusedError("AccessDenied"))


def busy_analyser() -> object:
    """Rekognition throttles the analyser."""
    return _analyse(AnalyserBusyError("Throttled"))


def lost_transcript() -> object:
    """The finished transcription cannot be read."""

    class Unreachable:
        def result(self, job_name: str) -> Any:
            raise TimeoutError(job_name)

    reader = TranscriptReader(
        transcriptions=Unreachable(),
        sampling=Sampling(frame_interval_seconds=1, audio_segment_seconds=15),
        observations=_observations(),
        dead_letters=fakes.InMemoryDeadLetters(),
        telemetry=TELEMETRY,
    )
    broadcast.transcript_reader.supply(reader)
    return finish_transcription.handler({"detail": {"TranscriptionJobName": "job"}}, RUNTIME)


def missing_file() -> object:
    """The uploaded catalogue is gone before it is read."""
    return load_catalogue.handler({"detail": {"object": {"key": "catalogue/components.json"}}}, RUNTIME)


def unreachable_keys() -> object:
    """A provider posts while the secret with the keys cannot be read."""
    delete_secret("FEED_KEYS_SECRET_ARN")
    event = {"pathParameters": {"provider": "vendor"}, "headers": {}, "body": "{}"}
    return ingest_feed.handler(event, RUNTIME)


def missing_placement_key() -> object:
    """The secret that signs placements cannot be read; viewers get the version unsigned."""
    delete_secret("PLACEMENT_KEY_SECRET_ARN")
    return _dispatch(POLL)


def unreachable_placement_key() -> object:
    """The secret that should be rotated cannot be read."""
    delete_secret("PLACEMENT_KEY_SECRET_ARN")
    secret = os.environ["PLACEMENT_KEY_SECRET_ARN"]
    event = {"Step": "finishSecret", "SecretId": secret, "ClientRequestToken": "v" * 32}
    return rotate_placement_key.handler(event, RUNTIME)


def refused_capacity() -> object:
    """An operator's input is invalid."""
    return set_campaign_capacity.handler({"minimum_transactions_per_second": 0}, RUNTIME)


def comparison_of_capacity(campaign: fakes.SlowCampaign) -> object:
    """Compare the capacity of a campaign with what is needed between matches."""
    capacity.capacity_keeper.supply(
        CapacityKeeper(
            windows=fakes.InMemoryCapacityWindows(),
            campaign=campaign,
            dispatch=None,
            resting=Capacity(transactions_per_second=2),
            match=Capacity(transactions_per_second=250),
            most_environments=0,
            clock=lambda: campaign.now,
        )
    )
    return set_campaign_capacity.handler({}, RUNTIME)


COUNTED = {
    "AnalyserRefused": Fault("analyse_media", refused_analyser),
    "AuthorizationsFailed": Fault("authorize_connection", silent_issuer),
    "CatalogueStale": Fault("dispatch_components", unreadable_catalogue),
    "ComponentsLeftOut": Fault("dispatch_components", large_component),
    "DeadLettersLost": Fault("ingest_feed", missing_dead_letters),
    "DecisionsLost": Fault("dispatch_components", missing_decision_stream),
    "DispatchesExpired": Fault("dispatch_components", late_task),
    "EventsRefused": Fault("record_interactions", throttled_tracker),
    "InteractionsRefused": Fault("interact", forged_interactions),
    "MatchLogEntriesLost": Fault("dispatch_components", missing_match_log),
    "MessagesFailed": Fault("subscribe", missing_table),
    "PostsFailed": Fault("dispatch_components", failing_posts),
    "PostsOwed": Fault("dispatch_components", throttled_posts),
    "PostsThrottled": Fault("dispatch_components", throttled_crowd),
    "RecommenderDegraded": Fault("dispatch_components", missing_campaign),
    "PlacementKeysUnreadable": Fault("dispatch_components", missing_placement_key),
    "StoredRowsUnreadable": Fault("build_context", unreadable_row),
}
"""Faults that a handler counts, by the alarm that watches the counter."""
RAISED = {
    "AnalyseMediaErrors": Fault("analyse_media", busy_analyser, AnalysisIncompleteError),
    "BuildContextErrors": Fault("build_context", unknown_match, BatchFailedError),
    "CapacityChangeErrors": Fault("set_campaign_capacity", refused_capacity, InvalidFieldError),
    "CatalogueErrors": Fault("load_catalogue", missing_file, ClientError),
    "DispatchErrors": Fault("dispatch_components", missing_ledger, BatchFailedError),
    "FinishTranscriptionErrors": Fault("finish_transcription", lost_transcript, TimeoutError),
    "PlacementKeyRotationErrors": Fault("rotate_placement_key", unreachable_placement_key, ClientError),
    "PlanDispatchErrors": Fault("plan_dispatch", missing_queue, BatchFailedError),
    "PrepareScreensErrors": Fault("prepare_screens", missing_matches, BatchFailedError),
    "RecordInteractionsErrors": Fault("record_interactions", unsendable_dead_letter, BatchFailedError),
    "RecordNightErrors": Fault("record_night", unrecorded_moment, BatchFailedError),
    "ScheduleKickOffErrors": Fault("schedule_kick_off", unplanned_kick_off, BatchFailedError),
    "TellOperatorsErrors": Fault("tell_operators", unknown_watchers, ClientError),
}
"""Faults that a handler raises, by the alarm on the errors of its function."""


def messages(body: object, attributes: Mapping[str, str] | None = None) -> dict[str, Any]:
    record = {
        "messageId": "1",
        "receiptHandle": "1",
        "body": json.dumps(body),
        "attributes": attributes or {},
    }
    return {"Records": [record]}


def delete_secret(variable: str) -> None:
    """Delete the secret that an environment variable names."""
    boto3.client("secretsmanager").delete_secret(
        SecretId=os.environ[variable], ForceDeleteWithoutRecovery=True
    )


def _queue_url(name: str) -> str:
    return str(boto3.client("sqs").get_queue_url(QueueName=name)["QueueUrl"])


def _task() -> DispatchTask:
    match = builders.a_match()
    return DispatchTask(context=initial_context(match), shard=0, trace={})


def _dispatch(
    component: Component,
    *,
    poster: fakes.RecordingPoster | None = None,
    recommender: fakes.ScriptedRecommender | None = None,
    attributes: Mapping[str, str] | None = None,
    remaining_milliseconds: int = 60_000,
    viewers: int = 1,
    accepts_decisions: bool = True,
) -> object:
    """Dispatch the first version of a match to some viewers, with one component in the catalogue.

    Unless it `accepts_decisions`, their log is a delivery stream that does not exist.
    """
    match_store().put_match(builders.a_match())
    for number in range(1, viewers + 1):
        subscription = Subscription(
            match_id=MATCH_ID,
            connection_id=f"c{number}",
            viewer=builders.a_viewer(),
            expires_at=now() + CONNECTION_LIFE,
            last_version=-1,
        )
        connection_store().subscribe(subscription)
    store = DynamoCatalogueStore(
        boto3.client("dynamodb"), components_table="components", constraints_table="constraints"
    )
    store.replace_components([component])
    recommendations.recommender.supply(recommender or fakes.ScriptedRecommender(component.id))
    posts.connection_poster.supply(poster or fakes.RecordingPoster())
    if accepts_decisions:
        dispatch.decision_log.supply(fakes.InMemoryDecisionLog())

    return dispatch_components.handler(
        messages(_task().to_dict(), attributes), LambdaContext(remaining_milliseconds)
    )


def _analyse(error: Exception) -> object:
    class Failing:
        name = "scoreboard"
        kind = SampleKind.FRAME
        every_seconds = 1.0

        def analyse(self, sample: Sample) -> Sequence[SampleObservation]:
            raise error

    broadcast.media_analysis.supply(
        MediaAnalysis(
            analysers=[Failing()],
            sampling=Sampling(frame_interval_seconds=1, audio_segment_seconds=15),
            observations=_observations(),
            dead_letters=fakes.InMemoryDeadLetters(),
            telemetry=TELEMETRY,
        )
    )
    key = f"samples/{MATCH_ID}/1623438000000.jpg"
    event = {"detail": {"bucket": {"name": "media"}, "object": {"key": key}}}
    return analyse_media.handler(event, RUNTIME)


def _observations() -> ObservationWriter:
    return ObservationWriter(signals=fakes.InMemorySignalStream(), telemetry=TELEMETRY, clock=now)
