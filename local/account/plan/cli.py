"""`python -m local plan`: what a match of so many viewers takes, costs and needs, in both delivery modes."""

import argparse
from pathlib import Path

from local.account.plan.measured import read_measured
from local.account.plan.page import page
from local.account.plan.plan import Planner, Request
from local.account.plan.prices import PRICES, read_prices
from local.account.plan.stage_capacity import read_capacity
from local.account.plan.terminal import report
from local.account.preflight.synthesized_stage import read_stage
from local.arguments import output_file, whole_number
from local.output_files import refuse_inputs, write_whole
from paths import ASSEMBLY

MOST_VIEWERS, MOST_MATCHES, MOST_AUDIENCES = 10_000_000, 100, 2_000
AUDIENCES, VERSIONS, ARRIVALS, MATCHES_A_MONTH = 200, 27, 100_000, 30
"""200 cohorts are what the design expects; the median real match has 27 versions (docs/figures.md)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "--viewers",
        type=whole_number("viewers", 1, MOST_VIEWERS),
        required=True,
        help="viewers of each match at the same time",
    )
    parser.add_argument(
        "--matches",
        type=whole_number("matches", 1, MOST_MATCHES),
        default=1,
        help="matches at the same time (%(default)s)",
    )
    parser.add_argument("--stage", default="production", help="stage to plan for (%(default)s)")
    parser.add_argument(
        "--assembly", type=Path, default=ASSEMBLY, help="folder of the synthesized templates (cdk.out)"
    )
    parser.add_argument(
        "--audiences",
        type=whole_number("audiences", 1, MOST_AUDIENCES),
        default=AUDIENCES,
        help="audiences of each match: cohorts, by consents and arms (%(default)s)",
    )
    parser.add_argument(
        "--versions",
        type=whole_number("versions", 1, 1_000),
        default=VERSIONS,
        help="context versions of each match (%(default)s)",
    )
    parser.add_argument(
        "--arrivals",
        type=whole_number("arrivals", 1, MOST_VIEWERS),
        default=ARRIVALS,
        help="viewers of all matches who come in within a minute, if there are so many (%(default)s)",
    )
    parser.add_argument(
        "--matches-a-month",
        type=whole_number("matches a month", 0, 10_000),
        default=MATCHES_A_MONTH,
        help="matches of the month whose cost is printed (%(default)s)",
    )
    parser.add_argument(
        "--prices", type=Path, default=PRICES, help="prices in TOML, in the form of the planner's own"
    )
    parser.add_argument("--html", type=output_file, help="file for the plan as a page")


def run(arguments: argparse.Namespace) -> int:
    """Print the plan, and write the page if one is wanted."""
    if arguments.html is not None:
        refuse_inputs(arguments.html, [arguments.prices])
    prices = read_prices(arguments.prices)
    stage = read_stage(arguments.assembly, arguments.stage)
    planner = Planner(stage=stage, capacity=read_capacity(stage), measured=read_measured(), prices=prices)
    plan = planner.plan(
        Request(
            viewers=arguments.viewers,
            matches=arguments.matches,
            audiences=arguments.audiences,
            versions=arguments.versions,
            arrivals=min(arguments.arrivals, arguments.viewers * arguments.matches),
            matches_a_month=arguments.matches_a_month,
        )
    )
    print(report(plan))
    if arguments.html is not None:
        write_whole(arguments.html, page(plan))
        print(f"\nThe page is {arguments.html}.")
    return 0
