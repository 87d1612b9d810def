"""`python -m local erase`: erase what is stored about a viewer.

It prints a report: what was found in each store, and what expires by itself and when. Idempotent.
"""

import argparse

from local.account.viewer_request import add_common_arguments, run_command, serve_request
from local.arguments import whole_number


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add_common_arguments(parser)
    parser.add_argument(
        "--delete-account", action="store_true", help="also delete the user of the stage's user pool"
    )
    parser.add_argument(
        "--settle-seconds",
        type=whole_number("seconds", 0, 86_400),
        help="pause in which interactions under way arrive in S3 (900)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Erase."""
    request = {
        "viewerId": arguments.viewer,
        "purpose": "erase",
        "deleteAccount": arguments.delete_account,
        "settleSeconds": arguments.settle_seconds,
        "pollSeconds": arguments.poll_seconds,
    }
    return run_command(arguments, lambda client: serve_request(client, arguments.stage, request))
