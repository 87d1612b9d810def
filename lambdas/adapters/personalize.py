"""Amazon Personalize: the campaign that recommends, its event tracker, its capacity.

The runtime models InvalidInput and ResourceNotFound alone: throttling is recognised by the error's code.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from domain.interaction import RecordedInteraction
from domain.recommendation import Refusal
from domain.registry import CONTEXT_REGISTRY
from lambdas.adapters.aws import error_code

THROTTLING = frozenset(
    {
        "ThrottlingException",
        "Throttling",
        "ThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "LimitExceededException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "SlowDown",
    }
)
REFUSALS = {
    "ResourceNotFoundException": Refusal.MISSING,
    "InvalidInputException": Refusal.INVALID,
    "ValidationException": Refusal.INVALID,
}
Ranking = tuple[tuple[str, ...], str | None]


def refusal_of(error: Exception) -> Refusal:
    """Why Personalize said no."""
    code = error_code(error)
    if code in THROTTLING:
        return Refusal.THROTTLED
    return REFUSALS.get(code, Refusal.FAILED)


class PersonalizeRecommender:
    """The campaign; the client is made at the first question, for most invocations ask none."""

    def __init__(self, client: Callable[[], Any], campaign_arn: str) -> None:
        self._client = client
        self._campaign_arn = campaign_arn

    def recommend(self, user_id: str, columns: Mapping[str, str], count: int) -> Ranking | Refusal:
        """Component ids, best first, for a user in a context; or why there are none."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._client().get_recommendations(
                campaignArn=self._campaign_arn, userId=user_id, context=dict(columns), numResults=count
            )
        except (ClientError, BotoCoreError) as error:
            return refusal_of(error)
        ranked = tuple(item["itemId"] for item in answer.get("itemList", []))
        return ranked, answer.get("recommendationId")


class PersonalizeEventTracker:
    """The event tracker of the dataset group."""

    def __init__(self, client: Any, tracking_id: str) -> None:
        self._client = client
        self._tracking_id = tracking_id

    def put_events(self, interactions: Sequence[RecordedInteraction]) -> Refusal | None:
        """Tell of up to ten interactions of one viewer's session; the refusal if there was one."""
        from botocore.exceptions import BotoCoreError, ClientError

        first = interactions[0]
        try:
            self._client.put_events(
                trackingId=self._tracking_id,
                userId=first.viewer_id,
                sessionId=first.session_id,
                eventList=[_tracked(entry) for entry in interactions],
            )
        except (ClientError, BotoCoreError) as error:
            return refusal_of(error)
        return None


class PersonalizeCampaign:
    """The campaign's provisioned capacity."""

    def __init__(self, client: Any, campaign_arn: str) -> None:
        self._client = client
        self._campaign_arn = campaign_arn

    def provision(self, minimum_transactions_per_second: int) -> None:
        """Set the minimum provisioned transactions per second; it takes minutes to take effect."""
        self._client.update_campaign(
            campaignArn=self._campaign_arn, minProvisionedTPS=minimum_transactions_per_second
        )


def _tracked(entry: RecordedInteraction) -> dict[str, Any]:
    act = entry.interaction
    properties = {
        column.camel: entry.columns[column.name]
        for column in CONTEXT_REGISTRY.columns
        if column.name in entry.columns
    }
    fields: dict[str, Any] = {
        "eventId": entry.id,
        "eventType": act.type.value,
        "itemId": act.component_id,
        "sentAt": act.occurred_at,
        "properties": json.dumps(properties, separators=(",", ":")),
        "recommendationId": act.recommendation_id,
        "impression": list(act.impression) or [act.component_id],
    }
    return {name: value for name, value in fields.items() if value is not None}
