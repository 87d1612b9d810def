"""The stack outputs that a replay uses: all that it knows of the deployed system."""

from collections.abc import Mapping
from dataclasses import dataclass

from local.play.replay.errors import MissingOutputError


@dataclass(frozen=True, slots=True, kw_only=True)
class StackOutputs:
    """Addresses and names of one deployed stage."""

    web_socket_url: str
    feed_url: str
    feed_keys_secret_arn: str
    token_issuer: str
    token_audience: str
    moments_topic_arn: str
    curated_bucket_name: str
    components_table_name: str
    constraints_table_name: str

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
            moments_topic_arn=output("MomentsTopicArn"),
            curated_bucket_name=output("CuratedBucketName"),
            components_table_name=output("ComponentsTableName"),
            constraints_table_name=output("ConstraintsTableName"),
        )


def _issuer(user_pool_id: str) -> str:
    """Return the token issuer of a Cognito user pool, whose id starts with its region."""
    region = user_pool_id.partition("_")[0]
    return f"https://cognito-idp.{region}.amazonaws.com/{user_pool_id}"
