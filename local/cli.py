"""The command line: each subcommand is a module with SUMMARY, add_arguments and run."""

import argparse
import importlib
from collections.abc import Sequence

COMMANDS = {
    "up": "local.up",
    "replay": "local.replay.cli",
    "demo": "local.demo.cli",
    "score-series": "local.score_series",
    "lift": "local.lift.cli",
    "tear-down": "local.tear_down",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; its module alone is loaded."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("command", choices=sorted(COMMANDS), help="what to do; each has its own --help")
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    module = importlib.import_module(COMMANDS[chosen.command])
    own = argparse.ArgumentParser(prog=f"python -m local {chosen.command}", description=module.SUMMARY)
    module.add_arguments(own)
    code: int = module.run(own.parse_args(chosen.rest))
    return code
