"""The KMS key of a stage's stores, with its policy."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.config import DataKey, StageConfig

USE = ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*")
STORES = ("dynamodb", "firehose", "kinesis", "s3", "secretsmanager", "sqs")
PERSONALIZE_USE = ("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey", "kms:ListGrants")
"""What Personalize and its role need; the service needs `kms:CreateGrant` too.

Source: https://docs.aws.amazon.com/personalize/latest/dg/granting-personalize-key-access.html
"""


def data_key(scope: Construct, construct_id: str, *, config: StageConfig) -> kms.IKey | None:
    """Return the key that the stage's configuration names or asks for; None if AWS's own keys encrypt."""
    if config.data_key is None:
        return None
    if config.data_key.arn:
        return kms.Key.from_key_arn(scope, construct_id, config.data_key.arn)
    key = kms.Key(
        scope,
        construct_id,
        description=f"Encrypts the data of Touchline {config.name}",
        enable_key_rotation=True,
        removal_policy=config.removal_policy,
    )
    stack = Stack.of(scope)
    for statement in _statements(stack):
        key.add_to_resource_policy(statement)
    if config.delivery.is_broadcast:
        key.add_to_resource_policy(_documents(stack))
    return key


def existing_or(
    scope: Construct, construct_id: str, settings: DataKey | None, own: kms.IKey | None
) -> kms.IKey | None:
    """Return the key of some settings: an existing one, the stage's own, or None."""
    if settings is None:
        return None
    return kms.Key.from_key_arn(scope, construct_id, settings.arn) if settings.arn else own


def grant_personalize(role: iam.Role, key: kms.IKey) -> None:
    """Grant a role of Personalize the use of a key; the service requires it beside the key's policy."""
    role.add_to_policy(iam.PolicyStatement(actions=list(PERSONALIZE_USE), resources=[key.key_arn]))


def _statements(stack: Stack) -> list[iam.PolicyStatement]:
    """Return who may use the key: whoever may use a store, through that store only, and four services."""
    via = [f"{store}.{stack.region}.amazonaws.com" for store in STORES]
    here = {"kms:CallerAccount": stack.account, "kms:ViaService": via}
    of_account = {"aws:SourceAccount": stack.account}
    logs = stack.format_arn(
        service="logs", resource="log-group", resource_name="*", arn_format=ArnFormat.COLON_RESOURCE_NAME
    )
    return [
        _allow(iam.AnyPrincipal(), USE, {"StringEquals": here}),
        _allow(
            iam.AnyPrincipal(),
            ("kms:CreateGrant",),
            {"StringEquals": here, "Bool": {"kms:GrantIsForAWSResource": "true"}},
        ),
        _allow(
            iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com"),
            USE,
            {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": logs}},
        ),
        _allow(
            iam.ServicePrincipal("personalize.amazonaws.com"),
            (*PERSONALIZE_USE, "kms:CreateGrant"),
            {"StringEquals": of_account},
        ),
        # They send to encrypted queues: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/
        # SQSDeveloperGuide/sqs-key-management.html
        _allow(
            iam.ServicePrincipal("sns.amazonaws.com"),
            ("kms:Decrypt", "kms:GenerateDataKey"),
            {"StringEquals": of_account},
        ),
        _allow(
            iam.ServicePrincipal("events.amazonaws.com"),
            ("kms:Decrypt", "kms:GenerateDataKey"),
            {"StringEquals": of_account},
        ),
    ]


def _documents(stack: Stack) -> iam.PolicyStatement:
    """Return the right of the account's distributions to decrypt the objects that they read.

    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """
    distributions = stack.format_arn(
        service="cloudfront", region="", resource="distribution", resource_name="*"
    )
    return _allow(
        iam.ServicePrincipal("cloudfront.amazonaws.com"),
        ("kms:Decrypt",),
        {"ArnLike": {"aws:SourceArn": distributions}},
    )


def _allow(
    principal: iam.IPrincipal, actions: tuple[str, ...], conditions: dict[str, object]
) -> iam.PolicyStatement:
    return iam.PolicyStatement(
        principals=[principal], actions=list(actions), resources=["*"], conditions=conditions
    )
