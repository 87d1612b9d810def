"""What the analysers of frames share."""

from typing import TYPE_CHECKING

from domain.broadcast.sample import SampleKind

if TYPE_CHECKING:
    from types_boto3_rekognition import RekognitionClient


class FrameAnalyser:
    """Analyses a frame with Rekognition, at most every `every_seconds` of a match."""

    kind = SampleKind.FRAME

    def __init__(self, client: "RekognitionClient", *, every_seconds: float) -> None:
        self._client = client
        self.every_seconds = every_seconds
