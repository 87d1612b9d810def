"""An S3 bucket without public access."""

from collections.abc import Mapping

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.config import StageConfig
from stacks.config.stage import NONCURRENT_VERSION_DAYS
from stacks.constructs.deployment_function import give_log_to_object_deletion

INCOMPLETE_UPLOADS = Duration.days(1)
NONCURRENT_VERSIONS = Duration.days(NONCURRENT_VERSION_DAYS)


class PrivateBucket(s3.Bucket):
    """Encrypted, TLS only, with access logs; retained in stages that retain data, and versioned by default.

    `expire_prefixes` are days by prefix, for objects that expire earlier than the others, or alone.
    `filled_at_creation` is for a bucket that has objects before its stack is complete: CloudFormation deletes
    empty buckets only, so it is retained even if the stack's creation fails.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        access_logs: s3.IBucket | None = None,
        event_bridge: bool = False,
        expire_after_days: int | None = None,
        expire_prefixes: Mapping[str, int] | None = None,
        versioned: bool = True,
        filled_at_creation: bool = False,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=versioned and config.retain_data,
            removal_policy=config.undeletable_removal_policy if filled_at_creation else config.removal_policy,
            auto_delete_objects=not config.retain_data,
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix=f"{construct_id.lower()}/" if access_logs else None,
            lifecycle_rules=_lifecycle(expire_after_days, expire_prefixes or {}),
        )
        if not config.retain_data:
            give_log_to_object_deletion(self, config=config)
        if event_bridge:
            self._enable_event_bridge()

    def _enable_event_bridge(self) -> None:
        # `event_bridge_enabled` of the L2 construct deploys a custom resource to set this property.
        bucket = self.node.default_child
        assert isinstance(bucket, s3.CfnBucket)
        bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )


def _lifecycle(expire_after_days: int | None, expire_prefixes: Mapping[str, int]) -> list[s3.LifecycleRule]:
    return [
        s3.LifecycleRule(
            abort_incomplete_multipart_upload_after=INCOMPLETE_UPLOADS,
            expiration=Duration.days(expire_after_days) if expire_after_days else None,
            noncurrent_version_expiration=NONCURRENT_VERSIONS,
        ),
        *(
            s3.LifecycleRule(prefix=prefix, expiration=Duration.days(days))
            for prefix, days in expire_prefixes.items()
        ),
    ]
