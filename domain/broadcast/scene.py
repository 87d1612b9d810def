"""What recognised labels and faces say about a scene: the few that matter in a match."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from domain.broadcast.sample_observation import SampleObservation
from domain.signal import Observation

MIN_CONFIDENCE = 0.8
SCENES: Mapping[str, str] = MappingProxyType(
    {
        "Crowd": "CROWD",
        "Audience": "CROWD",
        "Trophy": "TROPHY",
        "Referee": "REFEREE",
        "Red Card": "CARD",
        "Yellow Card": "CARD",
        "Celebration": "CELEBRATION",
    }
)
"""Labels of Rekognition and the scene each stands for. The service's own list has no cards: a stage that
wants them adds Custom Labels under these names; the general model finds the crowd and the trophy."""


def scene_observations(labels: Iterable[tuple[str, float]], analyser: str) -> list[SampleObservation]:
    """The scenes that labels (name, confidence 0 to 1) stand for, each once, with its best confidence."""
    best: dict[str, float] = {}
    for name, confidence in labels:
        scene = SCENES.get(name)
        if scene is not None and confidence >= MIN_CONFIDENCE:
            best[scene] = max(confidence, best.get(scene, 0.0))
    return [
        SampleObservation(observation=Observation(analyser=analyser, label=scene, confidence=confidence))
        for scene, confidence in sorted(best.items())
    ]


def people_observations(faces: Iterable[tuple[str, float]], analyser: str) -> list[SampleObservation]:
    """Who is in shot: faces (name, confidence 0 to 1) that were recognised."""
    return [
        SampleObservation(
            observation=Observation(analyser=analyser, label="IN_SHOT", confidence=confidence, text=name)
        )
        for name, confidence in faces
        if confidence >= MIN_CONFIDENCE and name.strip()
    ]
