"""The stack outputs that a replay uses: all that it knows of the deployed system."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from local.play.replay.channels.channel_transport import ChannelDelivery
from local.play.replay.errors import MissingOutputError
from local.play.replay.socket_transport import SocketDelivery


@dataclass(frozen=True, slots=True, kw_only=True)
class StackOutputs:
    """Addresses and names of one deployed stage.

    `channels` and `documents_url` are None unless the stage broadcasts.
    """

    web_socket_url: str
    feed_url: str
    feed_keys_secret_arn: str
    token_issuer: str
    token_audience: str
    operator_pool_id: str
    operator_token_issuer: str
    operator_token_audience: str
    moments_topic_arn: str
    curated_bucket_name: str
    components_table_name: str
    constraints_table_name: str
    channels: ChannelDelivery | None
    documents_url: str | None

    @property
    def delivery(self) -> SocketDelivery | ChannelDelivery:
        """How the stage delivers to viewers."""
        return self.channels or SocketDelivery(url=self.web_socket_url)

    @staticmethod
    def read(outputs: Mapping[str, Mapping[str, str]]) -> "StackOutputs":
        """Read the outputs of all stacks; raises MissingOutputError that names the first one missing."""
        flat = {name: value for stack in outputs.values() for name, value in stack.items()}

        def output(name: str) -> str:
            if name not in flat:
                raise MissingOutputError(name, list(flat))
            return flat[name]

        return StackOutputs(
            web_socket_url=output("WebSocketUrl"),
            feed_url=output("FeedUrl"),
            feed_keys_secret_arn=output("FeedKeysSecretArn"),
            token_issuer=_issuer(output("UserPoolId")),
            token_audience=output("UserPoolClientId"),
            operator_pool_id=output("OperatorPoolId"),
            operator_token_issuer=_issuer(output("OperatorPoolId")),
            operator_token_audience=output("OperatorPoolClientId"),
            moments_topic_arn=output("MomentsTopicArn"),
            curated_bucket_name=output("CuratedBucketName"),
            components_table_name=output("ComponentsTableName"),
            constraints_table_name=output("ConstraintsTableName"),
            channels=_channels(output) if "ViewersUrl" in flat else None,
            documents_url=flat.get("DocumentsUrl"),
        )


def _channels(output: Callable[[str], str]) -> ChannelDelivery:
    return ChannelDelivery(
        viewers_url=output("ViewersUrl"),
        events_url=output("EventsUrl"),
        realtime_url=output("RealtimeUrl"),
    )


def _issuer(user_pool_id: str) -> str:
    """Return the token issuer of a Cognito user pool, whose id starts with its region."""
    region = user_pool_id.partition("_")[0]
    return f"https://cognito-idp.{region}.amazonaws.com/{user_pool_id}"
