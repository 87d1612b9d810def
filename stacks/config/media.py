"""Configuration of the live-stream analyser; it decides what a stage pays for Rekognition and Transcribe."""

from dataclasses import dataclass, fields

from stacks.errors import StageConfigError

MIN_AUDIO_SEGMENT_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaConfig:
    """How often the broadcast is sampled, and how often each analyser runs.

    The sampling intervals must equal those of the MediaLive channel. An interval of 0 turns an analyser off.
    """

    frame_interval_seconds: float = 5.0
    audio_segment_seconds: float = 30.0
    scoreboard_every_seconds: float = 5.0
    scene_every_seconds: float = 15.0
    people_every_seconds: float = 30.0
    speech_every_seconds: float = 30.0
    speech_language: str = "en-GB"
    """A language code of Amazon Transcribe."""

    def __post_init__(self) -> None:
        if self.frame_interval_seconds <= 0:
            raise StageConfigError("media.frame_interval_seconds", "more than 0", self.frame_interval_seconds)
        if self.audio_segment_seconds < MIN_AUDIO_SEGMENT_SECONDS:
            raise StageConfigError(
                "media.audio_segment_seconds",
                f"at least {MIN_AUDIO_SEGMENT_SECONDS}",
                self.audio_segment_seconds,
            )
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name.endswith("_every_seconds") and value < 0:
                raise StageConfigError(f"media.{field.name}", "0 (off) or more", value)

    @property
    def environment(self) -> dict[str, str]:
        """The variables of `analyse_media`: FRAME_INTERVAL_SECONDS and one for each other field."""
        return {field.name.upper(): str(getattr(self, field.name)) for field in fields(self)}

    @property
    def sampling_environment(self) -> dict[str, str]:
        """The variables from which a function computes the time of a sample."""
        names = ("FRAME_INTERVAL_SECONDS", "AUDIO_SEGMENT_SECONDS")
        return {name: value for name, value in self.environment.items() if name in names}
