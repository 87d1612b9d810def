"""Amazon Personalize: the campaign, its event tracker and its capacity.

The runtime's service model defines InvalidInput and ResourceNotFound only; throttling is recognised by the
error's code.
"""

import json
from collections.abc import Callable, Mapping, Sequence, Set
from typing import TYPE_CHECKING

from domain.capacity_window import Provisioned
from domain.interaction import RecordedInteraction
from domain.recommendation import Refusal
from domain.registry import CONTEXT_REGISTRY
from lambdas.adapters.aws import error_code

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient
    from types_boto3_personalize_events import PersonalizeEventsClient
    from types_boto3_personalize_events.type_defs import EventTypeDef
    from types_boto3_personalize_runtime import PersonalizeRuntimeClient

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
CHANGING = ("PENDING", "IN_PROGRESS")
"""Ends the status of a resource that is being created, updated or deleted."""
KNOWN_COLUMNS = frozenset(CONTEXT_REGISTRY.names)
Ranking = tuple[tuple[str, ...], str | None]


def refusal_of(error: Exception) -> Refusal:
    """Return the reason for an error of Personalize."""
    code = error_code(error)
    if code in THROTTLING:
        return Refusal.THROTTLED
    return REFUSALS.get(code, Refusal.FAILED)


class PersonalizeRecommender:
    """The campaign; the client is built at the first call, because most invocations make none.

    It is told the columns that its dataset group knows, which may be older than the context.
    """

    def __init__(
        self,
        client: "Callable[[], PersonalizeRuntimeClient]",
        campaign_arn: str,
        columns: Set[str] = KNOWN_COLUMNS,
    ) -> None:
        self._client = client
        self._campaign_arn = campaign_arn
        self._columns = columns

    def recommend(self, user_id: str, columns: Mapping[str, str], count: int) -> Ranking | Refusal:
        """Return component ids, best first, for a user in a context; or why there are none."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._client().get_recommendations(
                campaignArn=self._campaign_arn,
                userId=user_id,
                context={name: value for name, value in columns.items() if name in self._columns},
                numResults=count,
            )
        except (ClientError, BotoCoreError) as error:
            return refusal_of(error)
        ranked = tuple(item["itemId"] for item in answer.get("itemList", []))
        return ranked, answer.get("recommendationId")


class PersonalizeEventTracker:
    """The event tracker of the dataset group, and the context columns that the group knows."""

    def __init__(
        self, client: "PersonalizeEventsClient", tracking_id: str, columns: Set[str] = KNOWN_COLUMNS
    ) -> None:
        self._client = client
        self._tracking_id = tracking_id
        self._columns = columns

    def put_events(self, interactions: Sequence[RecordedInteraction]) -> Refusal | None:
        """Record up to ten interactions of one viewer's session; return the refusal if there was one."""
        from botocore.exceptions import BotoCoreError, ClientError

        first = interactions[0]
        try:
            self._client.put_events(
                trackingId=self._tracking_id,
                userId=first.viewer_id,
                sessionId=first.session_id,
                eventList=[_event(interaction, self._columns) for interaction in interactions],
            )
        except (ClientError, BotoCoreError) as error:
            return refusal_of(error)
        return None


class PersonalizeCampaign:
    """The campaign's provisioned capacity."""

    def __init__(self, client: "PersonalizeClient", campaign_arn: str) -> None:
        self._client = client
        self._campaign_arn = campaign_arn

    def provisioned(self) -> Provisioned | None:
        """Return the minimum in effect; None if there is no such campaign."""
        from botocore.exceptions import ClientError

        try:
            campaign = self._client.describe_campaign(campaignArn=self._campaign_arn)["campaign"]
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise
            return None
        statuses = (campaign["status"], campaign.get("latestCampaignUpdate", {}).get("status", ""))
        return Provisioned(
            amount=campaign.get("minProvisionedTPS", 1),
            is_changing=any(status.endswith(CHANGING) for status in statuses),
        )

    def provision(self, minimum_transactions_per_second: int) -> None:
        """Set the minimum, which takes minutes; without effect if the campaign is being changed."""
        from botocore.exceptions import ClientError

        try:
            self._client.update_campaign(
                campaignArn=self._campaign_arn, minProvisionedTPS=minimum_transactions_per_second
            )
        except ClientError as error:
            if error_code(error) != "ResourceInUseException":
                raise


def _event(recorded: RecordedInteraction, columns: Set[str]) -> "EventTypeDef":
    interaction = recorded.interaction
    properties = {
        column.camel: recorded.columns[column.name]
        for column in CONTEXT_REGISTRY.columns
        if column.name in recorded.columns and column.name in columns
    }
    event: EventTypeDef = {
        "eventId": recorded.id,
        "eventType": interaction.type.value,
        "itemId": interaction.component_id,
        "sentAt": interaction.occurred_at,
        "properties": json.dumps(properties, separators=(",", ":")),
        "impression": list(interaction.impression) or [interaction.component_id],
    }
    if interaction.recommendation_id is not None:
        event["recommendationId"] = interaction.recommendation_id
    return event
