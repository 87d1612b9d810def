"""`python -m local preflight`: compare what a stage needs with what the account has, and list what differs.

It reads the stage's synthesized templates and changes nothing.
"""

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from local.account.preflight.adoption import adoption_differences
from local.account.preflight.errors import PreflightError
from local.account.preflight.quotas import quota_shortfalls
from local.account.preflight.runtimes import ageing_runtimes
from local.account.preflight.synthesized_stage import SynthesizedStage, read_stage
from local.arguments import address, whole_number
from local.failures import sentence_of
from paths import ASSEMBLY

Client = Callable[[str], Any]
Check = Callable[[SynthesizedStage, Client], list[str]]
"""Returns one line for each difference."""

READY, DIFFERENT, NOT_CHECKED = 0, 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--stage", default="development", help="stage to deploy (%(default)s)")
    parser.add_argument(
        "--assembly", type=Path, default=ASSEMBLY, help="folder of the synthesized templates (cdk.out)"
    )
    parser.add_argument(
        "--viewers",
        type=whole_number("a number of viewers", 1, 100_000_000),
        default=1_000,
        help="viewers expected at the same time, who decide several quotas (%(default)s)",
    )
    parser.add_argument("--region", help="region of the deployment, if the AWS configuration has another")
    parser.add_argument(
        "--endpoint-url", type=address, help="endpoint to use in place of AWS, such as the twin's"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print a line for each difference; return 1 if there is one, and 2 if a check could not be made.

    The other checks are made all the same.
    """

    def client(service: str) -> Any:
        return boto3.client(service, region_name=arguments.region, endpoint_url=arguments.endpoint_url)

    checks: dict[str, Check] = {
        "adoption": adoption_differences,
        "quotas": partial(quota_shortfalls, viewers=arguments.viewers),
        "runtimes": partial(ageing_runtimes, today=datetime.now(UTC).date()),
    }
    stage = read_stage(arguments.assembly, arguments.stage)
    return max(_print_check(name, check, stage, client) for name, check in checks.items())


def _print_check(name: str, check: Check, stage: SynthesizedStage, client: Client) -> int:
    """Print a line for each difference that a check finds, or why it could not be made."""
    try:
        lines = check(stage, client)
    except (PreflightError, BotoCoreError, ClientError) as error:
        sentence, _ = sentence_of(error) or (str(error), NOT_CHECKED)
        print(f"{name}: not checked: {sentence}", file=sys.stderr)
        return NOT_CHECKED
    for line in lines or ["as expected"]:
        print(f"{name}: {line}")
    return DIFFERENT if lines else READY
