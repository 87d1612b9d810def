"""The experiment that never ends: who is held out, and which slots try something else.

Both are decided by hashes and not by dice: a viewer stays in the same group for a season on every device and
in every environment, a task that is delivered again shows what it showed, and nothing has to be stored.
"""

import hashlib
from dataclasses import dataclass

from domain.errors import InvalidFieldError

_STEPS = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """A season's experiment; both shares are from 0 to 1.

    `holdout_share` of the viewers get the popularity or editorial answer, so that the recommender's worth can
    be told. In `trial_share` of all slots of the other viewers an allowed component is drawn by chance, so
    that policies which were never shown can be judged from what was.
    """

    season: str
    holdout_share: float = 0.0
    trial_share: float = 0.0

    def __post_init__(self) -> None:
        for name in ("holdout_share", "trial_share"):
            share = getattr(self, name)
            if not 0 <= share <= 1:
                raise InvalidFieldError(name, "a number from 0 to 1", share)

    def holds_out(self, viewer_id: str) -> bool:
        """Whether a viewer belongs to the season's holdout group."""
        return self.holdout_share > 0 and self.draw("holdout", viewer_id) < self.holdout_share

    def draw(self, *about: str) -> float:
        """A number from 0 to below 1, evenly spread over whatever it is about, the same for the same."""
        text = "\x1f".join((self.season, *about))
        digest = hashlib.sha256(text.encode()).digest()
        return (int.from_bytes(digest[:8]) >> 11) / _STEPS


NO_EXPERIMENT = Experiment(season="none")
