"""How often the broadcast is sampled and looked at: what a stage pays Rekognition and Transcribe for."""

from dataclasses import dataclass, fields

from stacks.errors import StageConfigError

LEAST_SEGMENT_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaConfig:
    """Seconds between two frames of the channel and of its segments of sound, and between two looks at them.

    An analyser with 0 seconds does not look. The first two must be the channel's own settings.
    """

    frame_interval_seconds: float = 5.0
    audio_segment_seconds: float = 30.0
    scoreboard_every_seconds: float = 5.0
    scene_every_seconds: float = 15.0
    people_every_seconds: float = 30.0
    speech_every_seconds: float = 30.0
    speech_language: str = "en-GB"

    def __post_init__(self) -> None:
        if self.frame_interval_seconds <= 0:
            raise StageConfigError("media.frame_interval_seconds", "more than 0", self.frame_interval_seconds)
        if self.audio_segment_seconds < LEAST_SEGMENT_SECONDS:
            raise StageConfigError(
                "media.audio_segment_seconds", f"at least {LEAST_SEGMENT_SECONDS}", self.audio_segment_seconds
            )
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name.endswith("_every_seconds") and value < 0:
                raise StageConfigError(f"media.{field.name}", "0 (never) or more", value)

    def environment(self) -> dict[str, str]:
        """These settings as variables of a function: FRAME_INTERVAL_SECONDS and so on."""
        return {field.name.upper(): str(getattr(self, field.name)) for field in fields(self)}

    def sampling_environment(self) -> dict[str, str]:
        """Those alone that date a sample."""
        names = ("FRAME_INTERVAL_SECONDS", "AUDIO_SEGMENT_SECONDS")
        return {name: value for name, value in self.environment().items() if name in names}
