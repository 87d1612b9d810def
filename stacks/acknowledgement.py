"""How a finding of the rule packs is acknowledged: beside the resource, with its reason.

A wildcard in a policy is a finding of its own, named after the resource as the template spells it:
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
NO_RESOURCE_LEVEL = "The action knows no resources: its documentation asks for *."


def acknowledge(construct: IConstruct, *rules: str, reason: str) -> None:
    """Accept findings of the rule pack on this construct and everything under it."""
    Validations.of(construct).acknowledge(
        *(
            Acknowledgment(id=rule if "::" in rule.split("[")[0] else f"{PACK}::{rule}", reason=reason)
            for rule in rules
        )
    )


def acknowledge_wildcards(construct: IConstruct, *arns: str, reason: str) -> None:
    """Accept the wildcards in these ARNs, as they are written in the policies under the construct."""
    stack = Stack.of(construct)
    acknowledge(construct, *(_resource_rule(_spelled(stack.resolve(arn))) for arn in arns), reason=reason)


def acknowledge_objects(
    construct: IConstruct, bucket: s3.IBucket, *prefixes: str, reason: str, write: bool = False
) -> None:
    """Accept that objects are granted by prefix, with the CDK's families of S3 actions."""
    acknowledge(
        construct,
        *(_resource_rule(f"{_bucket_arn(construct, bucket)}/{prefix}*") for prefix in prefixes or ("",)),
        *(
            f"AwsSolutions-IAM5[Action::{action}]"
            for action in READ_ACTIONS + (WRITE_ACTIONS if write else ())
        ),
        reason=reason,
    )


def _resource_rule(arn: str) -> str:
    return f"AwsSolutions-IAM5[Resource::{arn}]"


def _bucket_arn(construct: IConstruct, bucket: s3.IBucket) -> str:
    owner = Stack.of(bucket)
    if owner is Stack.of(construct):
        return _spelled(owner.resolve(bucket.bucket_arn))
    # The export exists anyway; asking for it now tells its name.
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
    raise TypeError(f"expected a string or an intrinsic function of ARNs, got {value!r}")
