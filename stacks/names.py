"""Physical names of resources that are referred to before they exist; CloudFormation generates all others.

Each name contains the stage, so that several stages can share an account.
"""

from dataclasses import dataclass

from aws_cdk import ArnFormat, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.config import SolutionSettings, StageConfig

DISPATCH_ALIAS = "live"
"""The alias of `dispatch_components` whose environments can be kept ready."""


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
        """Return the names of a stage; most are the same, because each type has its own namespace."""
        name = f"touchline-{generation(config)}"
        return cls(
            dataset_group=name,
            solution=solution_name(config, config.personalize.solution),
            campaign=name,
            event_tracker=name,
            metric_attribution=name,
        )


def generation(config: StageConfig) -> str:
    """Return the stage's name, with a fingerprint of the dataset group if it is not the stage's first."""
    fingerprint = config.personalize.group_fingerprint
    return config.name + (f"-{fingerprint}" if fingerprint else "")


def with_fingerprint(part: str, config: StageConfig) -> str:
    """Return the part of a stack's name, with the fingerprint of a later dataset group."""
    fingerprint = config.personalize.group_fingerprint
    return part + (f"-{fingerprint}" if fingerprint else "")


def solution_name(config: StageConfig, settings: SolutionSettings) -> str:
    """Return the name of a solution, which carries a fingerprint of what cannot be changed."""
    fingerprint = settings.fingerprint
    return f"touchline-{generation(config)}" + (f"-{fingerprint}" if fingerprint else "")


def campaign_arn(stack: Stack, config: StageConfig) -> str:
    """Return the ARN that the campaign will have."""
    return _personalize_arn(stack, "campaign", PersonalizeNames.of(config).campaign)


def solution_arn(stack: Stack, config: StageConfig) -> str:
    """Return the ARN that the solution will have."""
    return _personalize_arn(stack, "solution", PersonalizeNames.of(config).solution)


def solution_arns(stack: Stack, config: StageConfig) -> list[str]:
    """Return the ARNs of all solutions that the stage has, had or will have, and of their versions."""
    first = _personalize_arn(stack, "solution", f"touchline-{generation(config)}")
    return [first, f"{first}/*", f"{first}-*"]


def serving_parameter(config: StageConfig) -> str:
    """Return the name of the SSM parameter that holds the ARN of the solution version in service."""
    return f"/touchline/{generation(config)}/serving-solution-version"


def dataset_group_arn(stack: Stack, config: StageConfig) -> str:
    """Return the ARN of the stage's dataset group: the adopted one, or the one that it creates."""
    adopted = config.personalize.adopted
    if adopted:
        return adopted.dataset_group_arn
    return _personalize_arn(stack, "dataset-group", PersonalizeNames.of(config).dataset_group)


def dataset_arn(stack: Stack, config: StageConfig, dataset_type: str) -> str:
    """Return the ARN of a dataset, which derives from that of its group: a group has one of each type."""
    group = dataset_group_arn(stack, config)
    return f"{group.replace(':dataset-group/', ':dataset/')}/{dataset_type.upper()}"


def schema_arn(stack: Stack, name: str) -> str:
    """Return the ARN that a schema of this name has."""
    return _personalize_arn(stack, "schema", name)


def held_parameter(config: StageConfig) -> str:
    """Return the name of the SSM parameter that keeps trainings from publishing, after a rollback."""
    return f"/touchline/{generation(config)}/publication-held"


def tracking_parameter(config: StageConfig) -> str:
    """Return the name of the SSM parameter that holds the tracking id of the event tracker."""
    return f"/touchline/{generation(config)}/tracking-id"


def imported_parameter(config: StageConfig) -> str:
    """Return the name of the SSM parameter that holds the time up to which the clickstream is imported."""
    return f"/touchline/{generation(config)}/imported-until"


def started_parameter(config: StageConfig) -> str:
    """Return the name of the SSM parameter that holds an import of interactions until its end is stored."""
    return f"/touchline/{generation(config)}/import-started"


def training_parameters(config: StageConfig) -> tuple[str, ...]:
    """Return the names of the SSM parameters that trainings and rollbacks write."""
    return (
        imported_parameter(config),
        started_parameter(config),
        serving_parameter(config),
        held_parameter(config),
    )


def viewer_request_machine(config: StageConfig) -> str:
    """Return the name of the state machine that erases or exports a viewer's data."""
    return f"touchline-{config.name}-viewer-requests"


def dispatch_alias_arn(stack: Stack, function: lambda_.IFunction) -> str:
    """Return the ARN of the dispatch's alias.

    It is made of the function's name, which is always exported: the alias's own ARN could not be taken from a
    stage that keeps no environments any more while another stack imports it.
    """
    return stack.format_arn(
        service="lambda",
        resource="function",
        resource_name=f"{function.function_name}:{DISPATCH_ALIAS}",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


def account_wide_name(scope: Construct, config: StageConfig, part: str) -> str:
    """Return a name of CloudFront, which is unique in an account.

    The CDK's own names do not tell regions apart, or stages.
    """
    return f"touchline-{config.name}-{part}-{Stack.of(scope).region}"


def _personalize_arn(stack: Stack, resource: str, name: str) -> str:
    return stack.format_arn(
        service="personalize",
        resource=resource,
        resource_name=name,
        arn_format=ArnFormat.SLASH_RESOURCE_NAME,
    )
