"""Faults that raise the alarms of a stage that broadcasts, beside those of `alarm_faults`."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import boto3

from domain.audience import Audience, CountedAudience
from domain.component import Slot
from domain.context import initial_context
from domain.dispatch_task import MAX_AUDIENCES_PER_TASK, DispatchTask
from lambdas.adapters.dynamo_catalogue_store import DynamoCatalogueStore
from lambdas.handlers import accept_interactions, authorize_channel, dispatch_components, issue_pass
from lambdas.handlers.composition import audiences, dispatch, identity, interactions, recommendations
from lambdas.handlers.composition.clock import now
from lambdas.handlers.composition.placement_keys import placement_keys
from lambdas.handlers.composition.stores import match_store
from lambdas.logic.errors import ProtocolError
from tests.infrastructure.alarm_faults import (
    MATCH_ID,
    RUNTIME,
    Fault,
    delete_secret,
    messages,
    silence_issuer,
)
from tests.support import builders, fakes, tokens
from tests.support.lambda_context import LambdaContext


def refused_passes() -> object:
    """Eleven apps ask for passes without a token."""
    identity.token_verifier.supply(tokens.issuers(tokens.Keys()))
    return [issue_pass.handler(_request({}), RUNTIME) for _ in range(11)]


def unverified_pass() -> object:
    """An app asks for a pass while the issuer's keys cannot be read."""
    return issue_pass.handler(_request({"authorization": f"Bearer {silence_issuer()}"}), RUNTIME)


def unverified_interactions() -> object:
    """An app reports interactions while the issuer's keys cannot be read."""
    return accept_interactions.handler(_request({"authorization": f"Bearer {silence_issuer()}"}), RUNTIME)


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
    match_store().put_match(builders.a_match())
    identity.token_verifier.supply(tokens.issuers(tokens.Keys()))
    interactions.component_ids.supply(fakes.EveryComponent())
    request = _request({"authorization": f"Bearer {tokens.token()}"}, {"interactions": [act] * 25})
    return [accept_interactions.handler(request, RUNTIME) for _ in range(21)]


def ignored_limits() -> object:
    """The apps of eleven viewers show again what may be shown once."""
    match_store().put_match(builders.a_match())
    store = DynamoCatalogueStore(
        boto3.client("dynamodb"), components_table="components", constraints_table="constraints"
    )
    store.replace_components([builders.a_component("poll", Slot.OVERLAY)])
    once = {"id": "once", "kind": "frequency_cap", "selector": {"component_ids": ["poll"]}, "maximum": 1}
    store.replace_constraints([once])
    identity.token_verifier.supply(tokens.issuers(tokens.Keys()))
    interactions.component_ids.supply(fakes.EveryComponent())
    keys = fakes.FixedPlacementKeys(key=placement_keys().current())
    results = []
    for version, placed_at in enumerate((now() - timedelta(minutes=2), now() - timedelta(minutes=1))):
        for number in range(11):
            viewer = builders.a_viewer(number)
            signed = fakes.a_signature(viewer, version=version, at=placed_at, by_name=True, keys=keys)
            act = {
                "type": "impression",
                "componentId": "poll",
                "slot": "overlay",
                "version": version,
                "signature": signed,
                "occurredAt": (placed_at + timedelta(seconds=2)).isoformat(),
            }
            token = tokens.token(sub=viewer.viewer_id)
            request = _request({"authorization": f"Bearer {token}"}, {"interactions": [act]})
            results.append(accept_interactions.handler(request, RUNTIME))
    assert {each["statusCode"] for each in results} == {200}
    return results


def unreadable_key() -> object:
    """An app connects while the key of placements, which signs passes too, cannot be read."""
    delete_secret("PLACEMENT_KEY_SECRET_ARN")
    event = {
        "authorizationToken": f"{'e' * 40}.{'m' * 43}",
        "requestContext": {"operation": "EVENT_CONNECT"},
    }
    return authorize_channel.handler(event, RUNTIME)


def failing_publishes() -> object:
    """Publishes to an audience fail."""
    publisher = fakes.RecordingPoster()
    publisher.failing = {_fans("Italy").address(MATCH_ID)}
    return _dispatch(publisher, [_fans("Italy")])


def throttled_publishes() -> object:
    """AppSync throttles the publishes to two dozen audiences."""
    everyone = [_fans(f"team-{number}") for number in range(24)]
    publisher = fakes.RecordingPoster()
    publisher.throttled = {each.address(MATCH_ID) for each in everyone}
    return _dispatch(publisher, everyone, remaining_milliseconds=10_000)


def missing_bucket() -> object:
    """The bucket of documents cannot be reached."""
    return _dispatch(fakes.RecordingPoster(), [_fans("Italy")])


COUNTED = {
    "DocumentsFailed": Fault("dispatch_components", missing_bucket),
    "InteractionTokensNotVerified": Fault("accept_interactions", unverified_interactions),
    "InteractionsRefused": Fault("accept_interactions", forged_interactions),
    "LimitsExceeded": Fault("accept_interactions", ignored_limits),
    "PassTokensNotVerified": Fault("issue_pass", unverified_pass),
    "PassesRefused": Fault("issue_pass", refused_passes),
    "PublishesFailed": Fault("dispatch_components", failing_publishes),
    "PublishesThrottled": Fault("dispatch_components", throttled_publishes),
}
"""Faults that a handler counts, by the alarm that watches the counter."""
RAISED = {"ChannelAuthorizerErrors": Fault("authorize_channel", unreadable_key, ProtocolError)}
"""Faults that a handler raises, by the alarm on the errors of its function."""


def _fans(team: str) -> Audience:
    return Audience(cohort=builders.a_viewer(team=team).cohort, consents=frozenset())


def _dispatch(
    publisher: fakes.RecordingPoster, told: Sequence[Audience], *, remaining_milliseconds: int = 60_000
) -> object:
    """Dispatch the first version of a match to some audiences, in tasks with an environment each."""
    match_store().put_match(builders.a_match())
    audiences.channel_publisher.supply(publisher)
    dispatch.decision_log.supply(fakes.InMemoryDecisionLog())
    recommendations.recommender.supply(fakes.ScriptedRecommender())

    class Context(LambdaContext):
        def get_remaining_time_in_millis(self) -> int:
            return remaining_milliseconds

    results = []
    for first in range(0, len(told), MAX_AUDIENCES_PER_TASK):
        some = told[first : first + MAX_AUDIENCES_PER_TASK]
        task = DispatchTask(
            context=initial_context(builders.a_match()),
            audiences=tuple(CountedAudience(audience=each, viewers=1) for each in some),
            trace={},
        )
        for collaborator in (audiences.audience_delivery, dispatch.delivery):
            collaborator.reset()
        results.append(dispatch_components.handler(messages(task.to_dict()), Context()))
    return results


def _request(headers: Mapping[str, str], body: object = None) -> dict[str, Any]:
    return {
        "version": "2.0",
        "headers": dict(headers),
        "pathParameters": {"match_id": MATCH_ID},
        "body": json.dumps(body),
    }
