"""Acknowledges findings of the cdk-nag rule pack on a resource, with the reason.

cdk-nag reports each wildcard of a policy separately, with the resource as the template spells it:
`AwsSolutions-IAM5[Resource::<Bucket.Arn>/prefix/*]`.
"""

from typing import Any

from aws_cdk import Acknowledgment, Stack, Validations
from aws_cdk import aws_s3 as s3
from constructs import IConstruct

PACK = "AwsSolutions"
READ_ACTIONS = ("s3:GetObject*", "s3:GetBucket*", "s3:List*")
WRITE_ACTIONS = ("s3:DeleteObject*", "s3:Abort*")
BASIC_ROLE = (
    "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]"
)
ASSETS = (
    "AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::"
    "cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*]"
)
ANY_RESOURCE = "AwsSolutions-IAM5[Resource::*]"
NO_RESOURCE_LEVEL = "The action does not support resource-level permissions."


def acknowledge(construct: IConstruct, *rules: str, reason: str) -> None:
    """Acknowledge findings on a construct and on all constructs below it."""
    Validations.of(construct).acknowledge(
        *(
            Acknowledgment(id=rule if "::" in rule.split("[")[0] else f"{PACK}::{rule}", reason=reason)
            for rule in rules
        )
    )


def acknowledge_wildcards(construct: IConstruct, *arns: str, reason: str) -> None:
    """Acknowledge the wildcards in ARNs, which must be spelled as in the policies below the construct."""
    stack = Stack.of(construct)
    acknowledge(construct, *(_resource_rule(_spelled(stack.resolve(arn))) for arn in arns), reason=reason)


def acknowledge_objects(
    construct: IConstruct, bucket: s3.IBucket, *prefixes: str, reason: str, write: bool = False
) -> None:
    """Acknowledge the CDK's grants (`grant_read` and others) on the objects of a bucket, by prefix."""
    actions = READ_ACTIONS + (WRITE_ACTIONS if write else ())
    acknowledge(
        construct,
        *(_resource_rule(f"{_bucket_arn(construct, bucket)}/{prefix}*") for prefix in prefixes or ("",)),
        *(f"AwsSolutions-IAM5[Action::{action}]" for action in actions),
        reason=reason,
    )


def _resource_rule(arn: str) -> str:
    return f"AwsSolutions-IAM5[Resource::{arn}]"


def _bucket_arn(construct: IConstruct, bucket: s3.IBucket) -> str:
    owner = Stack.of(bucket)
    if owner is Stack.of(construct):
        return _spelled(owner.resolve(bucket.bucket_arn))
    # The template spells the name of the export, which the grant creates anyway.
    return _spelled(owner.resolve(owner.export_value(bucket.bucket_arn)))


def _spelled(value: Any) -> str:
    match value:
        case str():
            return value
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::ImportValue": name}:
            return _spelled(name)
        case {"Fn::Sub": str(text)}:
            return text.replace("${", "<").replace("}", ">")
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(_spelled(part) for part in parts)
    raise TypeError(f"expected a string or one of Ref, GetAtt, ImportValue, Sub and Join; got {value!r}")
