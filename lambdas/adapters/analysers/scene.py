"""What is in the picture: labels by Rekognition's DetectLabels."""

from collections.abc import Sequence
from typing import Any

from domain.broadcast.observed import Observed
from domain.broadcast.sample import Sample, SampleKind
from domain.broadcast.scene import LEAST_CONFIDENCE, scenes_in
from lambdas.adapters.analysers.refusals import s3_image, translated

MOST_LABELS = 30


class SceneAnalyser:
    """Crowd, trophy, referee, card."""

    name = "scene"
    kind = SampleKind.FRAME

    def __init__(self, client: Any, *, every_seconds: float) -> None:
        self._client = client
        self.every_seconds = every_seconds

    def analyse(self, sample: Sample) -> Sequence[Observed]:
        """An observation for each scene that matters."""
        with translated(sample):
            answer = self._client.detect_labels(
                Image=s3_image(sample), MaxLabels=MOST_LABELS, MinConfidence=100 * LEAST_CONFIDENCE
            )
        labels = [(label["Name"], label["Confidence"] / 100) for label in answer.get("Labels", [])]
        return scenes_in(labels, self.name)
