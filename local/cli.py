"""The command line of the local tools; each command is a module with add_arguments and run."""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NamedTuple, NoReturn

from local.failures import FAILED, sentence_of
from local.interruption import Interrupted, interruptible


class Command(NamedTuple):
    """A module with `add_arguments` and `run`, and what it does in a line."""

    module: str
    summary: str


COMMANDS = {
    "up": Command(
        "local.twin.up", "start the embedded twin from the synthesized templates and run it until interrupted"
    ),
    "replay": Command(
        "local.play.replay.cli", "replay a whole match through the whole system and report what happened"
    ),
    "demo": Command(
        "local.play.demo.cli", "train the twin and replay Turkey 0-3 Italy to four personas on real sockets"
    ),
    "poll-feed": Command(
        "local.play.polling.cli", "poll a live football API and post what it says as signals"
    ),
    "score-series": Command("local.study.score_series", "score each row of a series of post volumes"),
    "lift": Command(
        "local.study.lift.cli",
        "compare the engagement of served and held-out viewers, with confidence intervals",
    ),
    "tear-down": Command(
        "local.account.tear_down",
        "delete a Personalize dataset group with its campaigns, solutions, filters and datasets",
    ),
    "erase": Command("local.account.erase", "erase what is stored about a viewer, and print a report"),
    "export": Command("local.account.export", "print what is stored about a viewer as JSON"),
    "rollback": Command("local.account.rollback.cli", "let the campaign serve an earlier solution version"),
    "preflight": Command("local.account.preflight.cli", "list what the account lacks for a stage"),
    "plan": Command(
        "local.account.plan.cli",
        "simulate a match of many viewers: time to the last screen, quotas and cost of both delivery modes",
    ),
}


WRONG_ARGUMENTS = 2


class OneSentenceParser(argparse.ArgumentParser):
    """A parser whose errors are one sentence; `--help` has the usage."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong, and exit with status 2."""
        self.exit(WRONG_ARGUMENTS, f"{self.prog}: {message} (--help lists the options)\n")


class CommandsParser(OneSentenceParser):
    """The parser of a command's name, whose `--help` says what each command does."""

    def format_help(self) -> str:
        """Return the usage, and a line about each command."""
        shown = argparse.ArgumentParser(
            prog=self.prog,
            description="Touchline on this machine, and tools for a stage in an AWS account.",
            epilog="Each command has its own --help.",
        )
        commands = shown.add_subparsers(title="commands", metavar="COMMAND")
        for name, command in COMMANDS.items():
            commands.add_parser(name, help=command.summary)
        return shown.format_help()


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
    parser = CommandsParser(prog="python -m local")
    parser.add_argument("command", choices=sorted(COMMANDS))
    rest = parser.add_argument("rest", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    rest.required = False  # Else it is named where the command is missing.
    chosen = parser.parse_args(arguments)
    command = COMMANDS[chosen.command]
    module = importlib.import_module(command.module)
    own = OneSentenceParser(prog=f"python -m local {chosen.command}", description=command.summary)
    module.add_arguments(own)
    code: int = module.run(own.parse_args(chosen.rest))
    return code
