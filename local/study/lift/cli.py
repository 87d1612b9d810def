"""`python -m local lift`: what the recommender is worth, from the logs of a season."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path

from local.study.lift.errors import LiftError
from local.study.lift.lift import measure_lift, screens_by_rung
from local.study.lift.logs import open_logs
from local.study.lift.page import page
from local.study.lift.policies import PolicyValue, policy_values
from local.study.lift.sample_ratio import sample_ratio

SUMMARY = "what the recommender is worth: the served beside the held out, with intervals"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument(
        "--decisions", type=Path, required=True, help="a file or folder of the decisions' log"
    )
    parser.add_argument("--interactions", type=Path, required=True, help="a file or folder of interactions")
    parser.add_argument(
        "--holdout-share",
        type=float,
        help="the stage's share of viewers held out, to see whether the arms have the sizes that were drawn",
    )
    parser.add_argument("--html", type=Path, help="also write a page with a plot to this file")


def run(arguments: argparse.Namespace) -> int:
    """Print one JSON object, and write the page if one was asked for."""
    try:
        logs = open_logs(decisions=arguments.decisions, interactions=arguments.interactions)
        lift = measure_lift(logs)
        share = arguments.holdout_share
        ratio = None if share is None else sample_ratio(lift, share)
    except LiftError as error:
        print(f"lift: {error}", file=sys.stderr)
        return 1
    screens = screens_by_rung(logs)
    policies: list[PolicyValue] = []
    try:
        policies = policy_values(logs)
    except LiftError as error:
        print(f"no other policy is judged: {error}", file=sys.stderr)
    if ratio and not ratio.holds:
        print(
            f"do not believe the lift: expected {ratio.expected_share:.2%} of the viewers to be held out,"
            f" got {ratio.share:.2%}, and chance alone does so with p = {ratio.p_value:.1g}",
            file=sys.stderr,
        )
    told = {
        "lift": asdict(lift),
        "sample_ratio": asdict(ratio) if ratio else None,
        "screens": [asdict(each) for each in screens],
        "policies": [asdict(each) for each in policies],
    }
    print(json.dumps(told, indent=2))
    if arguments.html:
        arguments.html.write_text(page(lift, screens, policies, ratio), encoding="utf-8")
    return 0
