"""The sentence and exit status of a failure, whichever command met it."""

import os

from local.errors import CommandError

FAILED = 1


def sentence_of(error: Exception) -> tuple[str, int] | None:
    """Return what to print and the exit status; None for a fault of the program, whose traceback helps."""
    if isinstance(error, CommandError):
        return str(error), error.exit_status
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{os.fspath(error.filename)}: {error.strerror.lower()}", FAILED
    if isinstance(error, OSError) and error.errno is not None and error.strerror:
        return f"the operating system refused: {error.strerror.lower()}", FAILED  # such as a full disk
    told = _aws_sentence(error)
    return None if told is None else (told, FAILED)


def _aws_sentence(error: Exception) -> str | None:
    """Return the sentence of a failure of boto3."""
    from botocore import exceptions  # slow to import, and seldom needed

    match error:
        case exceptions.NoCredentialsError() | exceptions.PartialCredentialsError():
            return (
                "expected AWS credentials, got none: sign in to the account, or give the twin's address"
                " with --endpoint-url and the variables that it prints"
            )
        case exceptions.NoRegionError():
            return "expected a region, got none: pass --region, or set AWS_REGION"
        case exceptions.ClientError():
            return f"AWS refused {error.operation_name}: {error}"
        case exceptions.EndpointConnectionError():
            return f"{error}; is the twin running?"
        case exceptions.BotoCoreError():
            return str(error)
    return None
