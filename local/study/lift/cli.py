"""`python -m local lift`: report the recommender's effect on engagement, from logs."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from local.arguments import number, output_file
from local.output_files import refuse_inputs, write_whole
from local.study.lift.errors import LiftError
from local.study.lift.lift import measure_lift, screens_by_rung
from local.study.lift.logs import open_logs
from local.study.lift.page import page
from local.study.lift.policies import PolicyValue, policy_values
from local.study.lift.sample_ratio import sample_ratio


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument("--decisions", type=Path, required=True, help="file or folder of logged decisions")
    parser.add_argument("--interactions", type=Path, required=True, help="file or folder of interactions")
    parser.add_argument(
        "--holdout-share",
        type=number("a share", 0, 1),
        help="configured share of held-out viewers; checks for a sample ratio mismatch",
    )
    parser.add_argument("--html", type=output_file, help="also write an HTML page with a plot to this file")


def run(arguments: argparse.Namespace) -> int:
    """Print the report as one JSON object, and write the page if requested."""
    if arguments.html:
        refuse_inputs(arguments.html, [arguments.decisions, arguments.interactions])
    logs = open_logs(decisions=arguments.decisions, interactions=arguments.interactions)
    lift = measure_lift(logs)
    share = arguments.holdout_share
    ratio = None if share is None else sample_ratio(lift, share)
    screens = screens_by_rung(logs)
    policies: list[PolicyValue] = []
    try:
        policies = policy_values(logs)
    except LiftError as error:
        print(f"cannot estimate other policies: {error}", file=sys.stderr)
    if ratio and not ratio.holds:
        print(
            f"sample ratio mismatch, the lift is not valid: expected {ratio.expected_share:.2%} of viewers"
            f" held out, got {ratio.share:.2%} (p = {ratio.p_value:.1g})",
            file=sys.stderr,
        )
    report = {
        "lift": asdict(lift),
        "sample_ratio": asdict(ratio) if ratio else None,
        "screens": [asdict(each) for each in screens],
        "policies": [asdict(each) for each in policies],
    }
    print(json.dumps(report, indent=2))
    if arguments.html:
        write_whole(arguments.html, page(lift, screens, policies, ratio))
    return 0
