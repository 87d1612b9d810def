"""Physical names that have to be ours: Personalize names its resources by them, and ARNs are made of them.

Everything else is named by CloudFormation. The stage is part of each name, so that stages share an account.
"""

from dataclasses import dataclass

from aws_cdk import ArnFormat, Stack

from stacks.config import StageConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalizeNames:
    """The names of one stage's Personalize resources."""

    dataset_group: str
    solution: str
    campaign: str
    event_tracker: str
    metric_attribution: str

    @classmethod
    def of(cls, config: StageConfig) -> "PersonalizeNames":
        """One name for all: they live in different namespaces of the service."""
        name = f"touchline-{config.name}"
        return cls(
            dataset_group=name, solution=name, campaign=name, event_tracker=name, metric_attribution=name
        )


def campaign_arn(stack: Stack, config: StageConfig) -> str:
    """The campaign's ARN before there is a campaign: it is made of its name."""
    return _personalize_arn(stack, "campaign", PersonalizeNames.of(config).campaign)


def solution_arn(stack: Stack, config: StageConfig) -> str:
    """The solution's ARN as its name makes it."""
    return _personalize_arn(stack, "solution", PersonalizeNames.of(config).solution)


def serving_parameter(config: StageConfig) -> str:
    """The SSM parameter that holds the ARN of the solution version that serves."""
    return f"/touchline/{config.name}/serving-solution-version"


def imported_parameter(config: StageConfig) -> str:
    """The SSM parameter that holds the instant up to which the clickstream is imported."""
    return f"/touchline/{config.name}/imported-until"


def _personalize_arn(stack: Stack, resource: str, name: str) -> str:
    return stack.format_arn(
        service="personalize",
        resource=resource,
        resource_name=name,
        arn_format=ArnFormat.SLASH_RESOURCE_NAME,
    )
