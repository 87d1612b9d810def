"""Observations from recognised labels and faces: the few that matter in a match."""

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
"""Rekognition labels and the scene that each stands for. The general model finds crowds and trophies but no
cards: to find cards, a stage adds Custom Labels with these names."""


def scene_observations(labels: Iterable[tuple[str, float]], analyser: str) -> list[SampleObservation]:
    """Return the scenes of labels (name, confidence 0 to 1), each once with its highest confidence."""
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
    """Return who is in shot, from recognised faces (name, confidence 0 to 1)."""
    return [
        SampleObservation(
            observation=Observation(analyser=analyser, label="IN_SHOT", confidence=confidence, text=name)
        )
        for name, confidence in faces
        if confidence >= MIN_CONFIDENCE and name.strip()
    ]
