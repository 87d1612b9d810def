"""The tags of everything that a stage creates."""

from aws_cdk import Tags
from constructs import IConstruct

from stacks.config import StageConfig

TAGS_ARE_FIXED = (
    *("AWS::Personalize::DatasetGroup", "AWS::Personalize::Dataset"),
    *("AWS::Personalize::Schema", "AWS::Personalize::Solution"),
)
"""Types whose tags CloudFormation can only set when it creates the resource."""


def first_tags(config: StageConfig) -> dict[str, str]:
    """Return the tags that a stage has from its first deployment on, which never change."""
    return {"application": "touchline", "stage": config.name}


def stage_tags(config: StageConfig) -> dict[str, str]:
    """Return the tags by which a budget and a bill find a stage."""
    return {**first_tags(config), **config.cost_tags}


def tag_stage(scope: IConstruct, config: StageConfig) -> None:
    """Tag every resource below a construct; a nested Stage needs a call of its own.

    Where CloudFormation would replace a resource for a new tag, the PersonalizeStack adds it by a call.
    Source: https://github.com/aws/aws-cdk/issues/20383
    """
    for key, value in first_tags(config).items():
        Tags.of(scope).add(key, value)
    for key, value in config.cost_tags.items():
        Tags.of(scope).add(key, value, exclude_resource_types=list(TAGS_ARE_FIXED))
