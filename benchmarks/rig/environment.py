"""Fake credentials and a region, which the rig's services accept."""

import os

REGION = "eu-central-1"


def set_fake_account(**variables: str) -> None:
    """Set the environment variables of AWS clients, and further variables."""
    os.environ.update(
        AWS_ACCESS_KEY_ID="benchmark",
        AWS_SECRET_ACCESS_KEY="benchmark",
        AWS_REGION=REGION,
        AWS_DEFAULT_REGION=REGION,
        AWS_EC2_METADATA_DISABLED="true",
        **variables,
    )
