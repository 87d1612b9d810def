"""Physical names of resources that are referred to before they exist; CloudFormation generates all others.

Each name contains the stage, so that several stages can share an account.
"""

from dataclasses import dataclass

from aws_cdk import ArnFormat, Stack

from stacks.config import StageConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalizeNames:
    """The names of a stage's Personalize resources."""

    dataset_group: str
    solution: str
    campaign: str
    event_tracker: str
    metric_attribution: str

    @classmethod
    def of(cls, config: StageConfig) -> "PersonalizeNames":
        """Return the names of a stage; all are the same, because each resource type has its own namespace."""
        name = f"touchline-{config.name}"
        return cls(
            dataset_group=name, solution=name, campaign=name, event_tracker=name, metric_attribution=name
        )


def campaign_arn(stack: Stack, config: StageConfig) -> str:
    """Return the ARN that the campaign will have."""
    return _personalize_arn(stack, "campaign", PersonalizeNames.of(config).campaign)


def solution_arn(stack: Stack, config: StageConfig) -> str:
    """Return the ARN that the solution will have."""
    return _personalize_arn(stack, "solution", PersonalizeNames.of(config).solution)


def serving_parameter(config: StageConfig) -> str:
    """Return the name of the SSM parameter that holds the ARN of the solution version in service."""
    return f"/touchline/{config.name}/serving-solution-version"


def imported_parameter(config: StageConfig) -> str:
    """Return the name of the SSM parameter that holds the time up to which the clickstream is imported."""
    return f"/touchline/{config.name}/imported-until"


def _personalize_arn(stack: Stack, resource: str, name: str) -> str:
    return stack.format_arn(
        service="personalize",
        resource=resource,
        resource_name=name,
        arn_format=ArnFormat.SLASH_RESOURCE_NAME,
    )
