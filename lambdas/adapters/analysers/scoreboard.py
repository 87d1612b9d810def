"""The scoreboard, from Rekognition's DetectText."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.broadcast.sample import Sample
from domain.broadcast.sample_observation import SampleObservation
from domain.broadcast.scoreboard import TextLine, read_scoreboard
from domain.signal import Observation
from lambdas.adapters.analysers.frame_analyser import FrameAnalyser
from lambdas.adapters.analysers.service_errors import s3_image, translate_errors

if TYPE_CHECKING:
    from types_boto3_rekognition.type_defs import TextDetectionTypeDef


class ScoreboardAnalyser(FrameAnalyser):
    """Reads score and clock in one frame; the detector decides whether to trust the reading."""

    name = "scoreboard"

    def analyse(self, sample: Sample) -> Sequence[SampleObservation]:
        """Return one observation if the frame shows a scoreboard."""
        with translate_errors(sample):
            answer = self._client.detect_text(Image=s3_image(sample))
        lines = [_line(found) for found in answer.get("TextDetections", []) if found.get("Type") == "LINE"]
        reading = read_scoreboard(lines)
        if reading is None:
            return ()
        observation = Observation(
            analyser=self.name,
            label="SCOREBOARD",
            confidence=reading.confidence,
            text=reading.text,
            score=reading.score,
            clock_seconds=reading.clock_seconds,
        )
        return (SampleObservation(observation=observation),)


def _line(found: "TextDetectionTypeDef") -> TextLine:
    box = found.get("Geometry", {}).get("BoundingBox", {})
    return TextLine(
        text=found.get("DetectedText", ""),
        confidence=min(1.0, found.get("Confidence", 0.0) / 100),
        left=box.get("Left", 0.0),
        top=box.get("Top", 0.0),
        height=box.get("Height", 0.05),
    )
