"""What goes wrong while Flink runs, and ends the job: it goes on from its last checkpoint."""


class RefusedByServiceError(Exception):
    """The topic or the queue took a batch but for one entry."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"expected every entry of a batch to be taken, one was refused: {code} {message}")
