"""A transcription of the commentary is over, and what was said becomes observations."""

from typing import Any

from lambdas.handlers.composition import transcript_reading
from lambdas.observability import observed


@observed
def handler(event: dict[str, Any], _context: object) -> dict[str, int]:
    """Read the transcript of the job that changed its state."""
    return {"signals": transcript_reading().finish(event["detail"]["TranscriptionJobName"])}
