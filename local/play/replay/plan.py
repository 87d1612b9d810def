"""What to replay, to which viewers and how fast."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.match import Match
from domain.signal import Signal
from local.play.replay.persona import Persona
from local.play.replay.viewer_spec import ClickModel, ViewerSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPlan:
    """What to replay, to which viewers and how fast; at speed 0 the replay only waits for the screens."""

    match: Match
    signals: Sequence[Signal]
    specs: list[ViewerSpec]
    personas: Sequence[Persona]
    speed: float
    provider: str
    engine: str
    click_model: ClickModel | None = None
