"""What is in the picture: labels by Rekognition's DetectLabels."""

from collections.abc import Sequence
from typing import Any

from domain.broadcast.sample import Sample, SampleKind
from domain.broadcast.sample_observation import SampleObservation
from domain.broadcast.scene import MIN_CONFIDENCE, scene_observations
from lambdas.adapters.analysers.refusals import s3_image, translated

MAX_LABELS = 30


class SceneAnalyser:
    """Crowd, trophy, referee, card."""

    name = "scene"
    kind = SampleKind.FRAME

    def __init__(self, client: Any, *, every_seconds: float) -> None:
        self._client = client
        self.every_seconds = every_seconds

    def analyse(self, sample: Sample) -> Sequence[SampleObservation]:
        """An observation for each scene that matters."""
        with translated(sample):
            answer = self._client.detect_labels(
                Image=s3_image(sample), MaxLabels=MAX_LABELS, MinConfidence=100 * MIN_CONFIDENCE
            )
        labels = [(label["Name"], label["Confidence"] / 100) for label in answer.get("Labels", [])]
        return scene_observations(labels, self.name)
