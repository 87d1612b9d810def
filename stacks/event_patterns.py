"""Patterns of EventBridge rules."""

from aws_cdk import aws_events as events
from aws_cdk import aws_s3 as s3


def object_created(
    bucket: s3.IBucket, *, prefix: str | None = None, suffix: str | None = None
) -> events.EventPattern:
    """Return the pattern of a new object in a bucket whose key has the prefix and the suffix."""
    conditions = ({"prefix": prefix} if prefix else {}) | ({"suffix": suffix} if suffix else {})
    return events.EventPattern(
        source=["aws.s3"],
        detail_type=["Object Created"],
        detail={
            "bucket": {"name": [bucket.bucket_name]},
            **({"object": {"key": [conditions]}} if conditions else {}),
        },
    )
