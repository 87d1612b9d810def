"""The command line of the local tools; each command is a module with SUMMARY, add_arguments and run."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from local.failures import FAILED, sentence_of
from local.interruption import Interrupted, interruptible

COMMANDS = {
    "up": "local.twin.up",
    "replay": "local.play.replay.cli",
    "demo": "local.play.demo.cli",
    "poll-feed": "local.play.polling.cli",
    "score-series": "local.study.score_series",
    "lift": "local.study.lift.cli",
    "tear-down": "local.account.tear_down",
    "erase": "local.account.erase",
    "export": "local.account.export",
    "rollback": "local.account.rollback.cli",
    "preflight": "local.account.preflight.cli",
    "plan": "local.account.plan.cli",
}


WRONG_ARGUMENTS = 2


class OneSentenceParser(argparse.ArgumentParser):
    """A parser whose errors are one sentence; `--help` has the usage."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong, and exit with status 2."""
        self.exit(WRONG_ARGUMENTS, f"{self.prog}: {message} (--help lists the options)\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; a failure that it expects is printed in one sentence."""
    try:
        with interruptible():
            status = _run(arguments)
            sys.stdout.flush()  # Else what cannot be written is known when nobody can tell it any more.
            return status
    except Interrupted as interrupted:
        return interrupted.exit_status
    except BrokenPipeError:
        _give_up_standard_output()  # Its reader has gone.
        return FAILED
    except Exception as error:  # an expected failure is printed; any other is raised again
        told = sentence_of(error)
        if told is None:
            raise
        sentence, status = told
        print(sentence, file=sys.stderr)
        try:
            sys.stdout.flush()
        except OSError:
            _give_up_standard_output()
        return status


def _give_up_standard_output() -> None:
    """Write to it no more: the interpreter, when it ends, would fail at what is left to write."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: Sequence[str] | None) -> int:
    """Run one command; only its module is imported."""
    parser = OneSentenceParser(prog="python -m local", description=__doc__)
    parser.add_argument(
        "command", choices=sorted(COMMANDS), help="the command to run; each has its own --help"
    )
    rest = parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    rest.required = False  # Else it is named where the command is missing.
    chosen = parser.parse_args(arguments)
    module = importlib.import_module(COMMANDS[chosen.command])
    own = OneSentenceParser(prog=f"python -m local {chosen.command}", description=module.SUMMARY)
    module.add_arguments(own)
    code: int = module.run(own.parse_args(chosen.rest))
    return code
