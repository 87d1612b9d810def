"""Who is in shot: faces that Rekognition's RecognizeCelebrities knows."""

from collections.abc import Sequence
from typing import Any

from domain.broadcast.sample import Sample, SampleKind
from domain.broadcast.sample_observation import SampleObservation
from domain.broadcast.scene import people_observations
from lambdas.adapters.analysers.refusals import s3_image, translated


class PeopleAnalyser:
    """Players and coaches by their faces."""

    name = "people"
    kind = SampleKind.FRAME

    def __init__(self, client: Any, *, every_seconds: float) -> None:
        self._client = client
        self.every_seconds = every_seconds

    def analyse(self, sample: Sample) -> Sequence[SampleObservation]:
        """An observation for each face that is known."""
        with translated(sample):
            answer = self._client.recognize_celebrities(Image=s3_image(sample))
        faces = [(face["Name"], face["MatchConfidence"] / 100) for face in answer.get("CelebrityFaces", [])]
        return people_observations(faces, self.name)
