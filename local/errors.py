"""The failures that a command expects: `local.cli` prints their sentence and ends with their status.

CommandError             status 1: the work could not be done
└── CommandInputError    status 2: what was given is wrong
"""


class CommandError(Exception):
    """The command cannot go on; the message is one sentence for the person who gave the command."""

    exit_status = 1


class CommandInputError(CommandError):
    """An option, or a file that it names, is wrong."""

    exit_status = 2
