"""The service principal of Amazon Personalize."""

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_iam as iam
from constructs import Construct


def personalize_principal(scope: Construct) -> iam.IPrincipal:
    """Return Personalize's principal, limited to this account against the confused deputy problem.

    Source: https://docs.aws.amazon.com/personalize/latest/dg/cross-service-confused-deputy-prevention.html
    """
    stack = Stack.of(scope)
    arns = stack.format_arn(service="personalize", resource="*", arn_format=ArnFormat.NO_RESOURCE_NAME)
    return iam.ServicePrincipal(
        "personalize.amazonaws.com",
        conditions={
            "StringEquals": {"aws:SourceAccount": stack.account},
            "StringLike": {"aws:SourceArn": arns},
        },
    )
