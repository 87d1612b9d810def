"""The command line of the local tools; each command is a module with SUMMARY, add_arguments and run."""

import argparse
import importlib
from collections.abc import Sequence

COMMANDS = {
    "up": "local.twin.up",
    "replay": "local.play.replay.cli",
    "demo": "local.play.demo.cli",
    "poll-feed": "local.play.polling.cli",
    "score-series": "local.study.score_series",
    "lift": "local.study.lift.cli",
    "tear-down": "local.account.tear_down",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; only its module is imported."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument(
        "command", choices=sorted(COMMANDS), help="the command to run; each has its own --help"
    )
    parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    module = importlib.import_module(COMMANDS[chosen.command])
    own = argparse.ArgumentParser(prog=f"python -m local {chosen.command}", description=module.SUMMARY)
    module.add_arguments(own)
    code: int = module.run(own.parse_args(chosen.rest))
    return code
