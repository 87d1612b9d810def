"""Grants of the actions that are called, and no others; those of the CDK also allow what nothing uses."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs


def grant_send(queue: sqs.IQueue, grantee: iam.IGrantable) -> None:
    """Grant the right to send messages, in batches too."""
    queue.grant(grantee, "sqs:SendMessage")


def grant_put_records(stream: kinesis.IStream, grantee: iam.IGrantable) -> None:
    """Grant the right to put records."""
    stream.grant(grantee, "kinesis:PutRecords")


def grant_objects(
    bucket: s3.IBucket, grantee: iam.IGrantable, *prefixes: str, actions: tuple[str, ...] = ("s3:GetObject",)
) -> None:
    """Grant actions on the objects under some prefixes, by default to read them."""
    objects = [bucket.arn_for_objects(f"{prefix}*") for prefix in prefixes]
    iam.Grant.add_to_principal(grantee=grantee, actions=list(actions), resource_arns=objects)


def grant_list(bucket: s3.IBucket, grantee: iam.IGrantable, *more_actions: str) -> None:
    """Grant the right to list a bucket, without which S3 also hides that an object is missing."""
    actions = ["s3:ListBucket", *more_actions]
    iam.Grant.add_to_principal(grantee=grantee, actions=actions, resource_arns=[bucket.bucket_arn])


def grant_value(secret: secretsmanager.ISecret, grantee: iam.IGrantable) -> None:
    """Grant the right to read the value of a secret, and not to describe it."""
    actions = ["secretsmanager:GetSecretValue"]
    iam.Grant.add_to_principal(grantee=grantee, actions=actions, resource_arns=[secret.secret_arn])
