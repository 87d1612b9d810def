"""What is in the picture, from Rekognition's DetectLabels."""

from collections.abc import Sequence

from domain.broadcast.sample import Sample
from domain.broadcast.sample_observation import SampleObservation
from domain.broadcast.scene import MIN_CONFIDENCE, scene_observations
from lambdas.adapters.analysers.frame_analyser import FrameAnalyser
from lambdas.adapters.analysers.service_errors import s3_image, translate_errors

MAX_LABELS = 30


class SceneAnalyser(FrameAnalyser):
    """Detects crowd, trophy, referee and card."""

    name = "scene"

    def analyse(self, sample: Sample) -> Sequence[SampleObservation]:
        """Return an observation for each relevant scene."""
        with translate_errors(sample):
            answer = self._client.detect_labels(
                Image=s3_image(sample), MaxLabels=MAX_LABELS, MinConfidence=100 * MIN_CONFIDENCE
            )
        labels = [(label["Name"], label["Confidence"] / 100) for label in answer.get("Labels", [])]
        return scene_observations(labels, self.name)
