"""The AWS regions that have Amazon Personalize."""

from typing import Annotated, Final

from stacks.config.checks import Matches
from stacks.errors import StageConfigError

Region = Annotated[str, Matches(r"[a-z]{2}(-[a-z]+)+-\d", "a region such as eu-west-1")]

PERSONALIZE_REGIONS: Final = (
    *("ap-northeast-1", "ap-northeast-2", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1"),
    *("eu-central-1", "eu-west-1", "us-east-1", "us-east-2", "us-west-2"),
)
"""The commercial regions in which CloudFormation has the resource types of Personalize.

Source: CloudFormation's published schemas of 20 October 2026, as cfn-lint 1.58.0 has them; a test compares
them. https://docs.aws.amazon.com/general/latest/gr/personalize.html lists the endpoints.
"""


def check_region(region: str | None) -> None:
    """Raise StageConfigError if a region has no Personalize; None is a region that is not known yet."""
    if region is not None and region not in PERSONALIZE_REGIONS:
        raise StageConfigError(
            "region", "one with Amazon Personalize (" + ", ".join(PERSONALIZE_REGIONS) + ")", region
        )
