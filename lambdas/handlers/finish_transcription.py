"""A transcription job of the commentary has finished: turn its transcript into observations."""

from typing import Any

from lambdas.handlers.composition.broadcast import transcript_reader
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Read the transcript of the finished job."""
    return {"signals": transcript_reader().read_job(event["detail"]["TranscriptionJobName"])}
