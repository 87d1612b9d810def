"""What a replay needs to know of the deployed system, read from the stacks' outputs and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass

from local.play.replay.errors import NotDeployedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
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
    def from_outputs(outputs: Mapping[str, Mapping[str, str]]) -> "Deployment":
        """Read the outputs of all stacks; raises NotDeployedError that names the first one missing."""
        flat = {name: value for stack in outputs.values() for name, value in stack.items()}

        def output(name: str) -> str:
            if name not in flat:
                raise NotDeployedError(name, list(flat))
            return flat[name]

        return Deployment(
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
    """The issuer of a Cognito user pool's tokens; the pool's id begins with its region."""
    region = user_pool_id.partition("_")[0]
    return f"https://cognito-idp.{region}.amazonaws.com/{user_pool_id}"
