"""The encryption of every store of a stage with one customer-managed key."""

from collections.abc import Callable, Collection

import jsii
from aws_cdk import CfnResource, IAspect
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

Encryption = Callable[[CfnResource, str], None]


@jsii.implements(IAspect)
class EncryptStores:
    """Gives the key to every bucket, table, stream, delivery stream, queue, log group, secret and Glue job.

    Principals need no grants for the key: its policy lets whoever may use a store use the key through it.
    Topics have keys of their own, and so have the logs of Glue jobs.
    """

    def __init__(self, key: kms.IKey, *, except_for: Collection[str]) -> None:
        self._key_arn = key.key_arn
        self._except_for = except_for
        """The paths of constructs that keep a key of AWS."""

    def visit(self, node: IConstruct) -> None:
        """Encrypt a resource, if it is a store."""
        if isinstance(node, CfnResource) and node.node.path not in self._except_for:
            encrypt = _ENCRYPTION.get(node.cfn_resource_type)
            if encrypt:
                encrypt(node, self._key_arn)


def buckets_below(construct: IConstruct) -> set[str]:
    """Return the paths of the buckets of a construct.

    A target of access logs, and a site behind CloudFront, work with keys of AWS only.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
    """
    return {node.node.path for node in construct.node.find_all() if isinstance(node, s3.CfnBucket)}


def _bucket(resource: CfnResource, key: str) -> None:
    rule = {
        "BucketKeyEnabled": True,
        "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key},
    }
    resource.add_property_override("BucketEncryption.ServerSideEncryptionConfiguration", [rule])


def _table(resource: CfnResource, key: str) -> None:
    resource.add_property_override("SSESpecification", {"SSEEnabled": True, "SSEType": "KMS"})
    resource.add_property_override("Replicas.0.SSESpecification.KMSMasterKeyId", key)


def _stream(resource: CfnResource, key: str) -> None:
    resource.add_property_override("StreamEncryption", {"EncryptionType": "KMS", "KeyId": key})


def _delivery_stream(resource: CfnResource, key: str) -> None:
    # A delivery stream that reads a Kinesis stream keeps no data of its own.
    if getattr(resource, "kinesis_stream_source_configuration", None) is None:
        resource.add_property_override(
            "DeliveryStreamEncryptionConfigurationInput", {"KeyType": "CUSTOMER_MANAGED_CMK", "KeyARN": key}
        )


def _queue(resource: CfnResource, key: str) -> None:
    resource.add_property_override("KmsMasterKeyId", key)
    resource.add_property_deletion_override("SqsManagedSseEnabled")


def _log_group(resource: CfnResource, key: str) -> None:
    if getattr(resource, "kms_key_id", None) is None:
        resource.add_property_override("KmsKeyId", key)


def _secret(resource: CfnResource, key: str) -> None:
    resource.add_property_override("KmsKeyId", key)


def _glue_jobs(resource: CfnResource, key: str) -> None:
    encryption = {"S3EncryptionMode": "SSE-KMS", "KmsKeyArn": key}
    resource.add_property_override("EncryptionConfiguration.S3Encryptions", [encryption])


_ENCRYPTION: dict[str, Encryption] = {
    "AWS::DynamoDB::GlobalTable": _table,
    "AWS::Glue::SecurityConfiguration": _glue_jobs,
    "AWS::Kinesis::Stream": _stream,
    "AWS::KinesisFirehose::DeliveryStream": _delivery_stream,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::S3::Bucket": _bucket,
    "AWS::SQS::Queue": _queue,
    "AWS::SecretsManager::Secret": _secret,
}
