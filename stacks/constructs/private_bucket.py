"""A bucket that nobody but the account reads."""

from aws_cdk import Duration
from aws_cdk import aws_s3 as s3
from constructs import Construct

from stacks.config import StageConfig


class PrivateBucket(s3.Bucket):
    """Encrypted, over TLS alone, with access logs; kept or emptied as the stage says."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: StageConfig,
        access_logs: s3.IBucket | None = None,
        announce: bool = False,
        expire_after_days: int | None = None,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=config.retain_data,
            removal_policy=config.removal_policy,
            auto_delete_objects=not config.retain_data,
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix=f"{construct_id.lower()}/" if access_logs else None,
            lifecycle_rules=_lifecycle(expire_after_days),
        )
        if announce:
            self._announce_objects()

    def _announce_objects(self) -> None:
        # The L2 switch would deploy a function for this one property; the resource takes it as it is.
        bucket = self.node.default_child
        assert isinstance(bucket, s3.CfnBucket)
        bucket.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
            event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(
                event_bridge_enabled=True
            )
        )


def _lifecycle(expire_after_days: int | None) -> list[s3.LifecycleRule]:
    return [
        s3.LifecycleRule(
            abort_incomplete_multipart_upload_after=Duration.days(1),
            expiration=Duration.days(expire_after_days) if expire_after_days else None,
            noncurrent_version_expiration=Duration.days(30),
        )
    ]
