"""`python -m local export`: print what is stored about a viewer as JSON, for a request of access."""

import argparse
import json
from typing import Any

from domain.viewer_request import FOUND_FOLDER
from local.account.viewer_request import Client, add_common_arguments, run_command, serve_request


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    add_common_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Export."""
    request = {"viewerId": arguments.viewer, "purpose": "export", "pollSeconds": arguments.poll_seconds}
    return run_command(arguments, lambda client: export(client, arguments.stage, request))


def export(client: Client, stage: str, request: dict[str, Any]) -> dict[str, Any]:
    """Return the report with the records found, by store; delete their files, which were for this only."""
    report = serve_request(client, stage, request)
    s3 = client("s3")
    bucket, _, folder = report.pop("location").removeprefix("s3://").partition("/")
    found: dict[str, list[Any]] = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder):
        for entry in page.get("Contents", []):
            if entry["Key"].startswith(f"{folder}{FOUND_FOLDER}/"):
                content = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
                for line in content.decode().splitlines():
                    each = json.loads(line)
                    found.setdefault(each["store"], []).append(each["record"])
            s3.delete_object(Bucket=bucket, Key=entry["Key"])
    return {**report, "records": found}
