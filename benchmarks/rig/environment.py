"""Credentials and a region that nobody has to have: what the rig's services accept."""

import os

REGION = "eu-central-1"


def pretend_account(**variables: str) -> None:
    """Set what AWS clients look for in the environment, and further variables."""
    os.environ.update(
        AWS_ACCESS_KEY_ID="benchmark",
        AWS_SECRET_ACCESS_KEY="benchmark",
        AWS_REGION=REGION,
        AWS_DEFAULT_REGION=REGION,
        AWS_EC2_METADATA_DISABLED="true",
        **variables,
    )
