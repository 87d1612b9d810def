"""Exports that no stack imports any more.

CloudFormation refuses to remove or change an export in use. Other stacks therefore refer to Personalize's
resources by their names, or by a parameter: the adoption of a dataset group then removes unused exports only.
In a stage that was deployed before, the other stacks import them until they are deployed again, after the
PersonalizeStack. So the exports stay.
"""

from aws_cdk import Stack
from constructs import Construct


def keep_export(scope: Construct, value: str) -> None:
    """Export a value under the name that the CDK gave it while another stack imported it."""
    Stack.of(scope).export_value(value)
