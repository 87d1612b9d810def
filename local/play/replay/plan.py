"""What to replay, to which viewers and how fast."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from domain.match import Match
from domain.signal import Signal
from local.play.replay.pacing import Pace
from local.play.replay.persona import Persona
from local.play.replay.persona_screen import Shown
from local.play.replay.viewer_spec import ClickModel, ViewerSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayPlan:
    """What to replay, to which viewers and how fast; without a pace the replay only waits for the screens.

    `pause_between_moments` is awaited, without a pace, before the entries of the next moment are posted.
    `shown` returns what is on a persona's screen now, where there is a picture.
    """

    match: Match
    signals: Sequence[Signal]
    specs: list[ViewerSpec]
    personas: Sequence[Persona]
    provider: str
    engine: str
    click_model: ClickModel | None = None
    pace: Pace | None = None
    pause_between_moments: Callable[[], Awaitable[None]] | None = None
    shown: Callable[[Persona], Shown] | None = None
