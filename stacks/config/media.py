"""Configuration of the live-stream analyser; it decides what a stage pays for Rekognition and Transcribe."""

from dataclasses import dataclass, fields
from typing import Annotated

from stacks.config.checks import Matches, Within, check_fields

Interval = Annotated[float, Within(0, 3600)]
"""Seconds between two runs of an analyser; 0 turns it off."""
LanguageCode = Annotated[str, Matches(r"[a-z]{2,3}-[A-Z]{2}", "a language code such as en-GB")]


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaConfig:
    """How often the broadcast is sampled, and how often each analyser runs.

    The sampling intervals must equal those of the MediaLive channel. An interval of 0 turns an analyser off.
    """

    frame_interval_seconds: Annotated[float, Within(0.1, 3600)] = 5.0
    audio_segment_seconds: Annotated[float, Within(5, 3600)] = 30.0
    scoreboard_every_seconds: Interval = 5.0
    scene_every_seconds: Interval = 15.0
    people_every_seconds: Interval = 30.0
    speech_every_seconds: Interval = 30.0
    speech_language: LanguageCode = "en-GB"
    """A language code of Amazon Transcribe."""

    def __post_init__(self) -> None:
        check_fields(self, "media")

    @property
    def longest_pause_seconds(self) -> float:
        """The longest time between two runs of an analyser while a match is on: it waits for a sample."""
        of_frames = max(self.scoreboard_every_seconds, self.scene_every_seconds, self.people_every_seconds)
        return max(
            of_frames + self.frame_interval_seconds, self.speech_every_seconds + self.audio_segment_seconds
        )

    @property
    def environment(self) -> dict[str, str]:
        """The variables of `analyse_media`: FRAME_INTERVAL_SECONDS and one for each other field."""
        return {field.name.upper(): str(getattr(self, field.name)) for field in fields(self)}

    @property
    def sampling_environment(self) -> dict[str, str]:
        """The variables from which a function computes the time of a sample."""
        names = ("FRAME_INTERVAL_SECONDS", "AUDIO_SEGMENT_SECONDS")
        return {name: value for name, value in self.environment.items() if name in names}
