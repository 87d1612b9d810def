"""People in shot, from Rekognition's RecognizeCelebrities."""

from collections.abc import Sequence

from domain.broadcast.sample import Sample
from domain.broadcast.sample_observation import SampleObservation
from domain.broadcast.scene import people_observations
from lambdas.adapters.analysers.frame_analyser import FrameAnalyser
from lambdas.adapters.analysers.service_errors import s3_image, translate_errors


class PeopleAnalyser(FrameAnalyser):
    """Recognises players and coaches by their faces."""

    name = "people"

    def analyse(self, sample: Sample) -> Sequence[SampleObservation]:
        """Return an observation for each recognised face."""
        with translate_errors(sample):
            answer = self._client.recognize_celebrities(Image=s3_image(sample))
        faces = [(face["Name"], face["MatchConfidence"] / 100) for face in answer.get("CelebrityFaces", [])]
        return people_observations(faces, self.name)
