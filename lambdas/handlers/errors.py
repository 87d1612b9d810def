"""Errors that handlers raise to the services that invoke them.

Unauthorized      API Gateway answers 401
BatchFailedError  the event source delivers the whole batch again, and Lambda counts an error
"""


class Unauthorized(Exception):  # noqa: N818 - API Gateway recognises this message, not the class
    """Tells API Gateway to answer 401; it recognises the exact message `Unauthorized`."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


class BatchFailedError(Exception):
    """No record of a batch could be processed; each record's error is in the log."""

    def __init__(self, source: str, records: int) -> None:
        super().__init__(f"{source}: none of {records} records could be processed")
