"""Errors of the adapters.

AdapterError
├── IssuerUnavailableError     the issuer of the tokens does not answer with its keys
├── InvalidKeysError           the secret of the feed providers' keys has an invalid value
├── QueueRefusedError          SQS refused some messages despite retries
├── StoredRowError             a row of our own tables cannot be read by this version of the code
│   └── UnreadableConstraintError  a published constraint cannot be read, so its effect is unknown
├── TableBusyError             DynamoDB left keys unread despite retries
└── TokenError                 a token is invalid, expired or from another issuer
"""


class AdapterError(Exception):
    """Root of the adapters' errors."""


class InvalidKeysError(AdapterError):
    """The secret of the feed providers' keys has an invalid value; the keys themselves are not shown."""

    def __init__(self, provider: str) -> None:
        super().__init__(f"feed keys of {provider!r}: expected a non-empty string or a list of at most two")


class IssuerUnavailableError(AdapterError):
    """The issuer of the tokens does not answer with its keys, so no token can be verified."""


class QueueRefusedError(AdapterError):
    """SQS refused some messages despite retries."""

    def __init__(self, sent: int, refused: int) -> None:
        super().__init__(f"expected the queue to accept {sent} messages, {refused} were refused")


class StoredRowError(AdapterError):
    """A row of our own tables cannot be read by this version of the code; no input is at fault."""

    def __init__(self, row: str, cause: Exception) -> None:
        super().__init__(f"stored {row}: {type(cause).__name__}: {cause}")


class TableBusyError(AdapterError):
    """DynamoDB left keys of a table unread despite retries."""

    def __init__(self, table_name: str, unread: int) -> None:
        super().__init__(f"table {table_name}: expected every row, {unread} were left unread")


class TokenError(AdapterError):
    """A token is invalid; the reason is for the log, and is not sent to the client."""


class UnreadableConstraintError(StoredRowError):
    """A published constraint cannot be read; nothing may be placed until it is fixed."""

    def __init__(self, cause: Exception) -> None:
        super().__init__("constraint", cause)
