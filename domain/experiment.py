"""The continuous experiment: the holdout group, and slots that try other components.

Assignments are hashes, not random numbers: a viewer is in the same group for a season on every device, a task
that is delivered again places the same components, and no assignment has to be stored.
"""

import hashlib
from dataclasses import dataclass

from domain.errors import InvalidFieldError

_STEPS = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """A season's experiment; both shares are from 0 to 1.

    `holdout_share` of the viewers get popularity or editorial placements, to measure the recommender's lift.
    In `trial_share` of the other viewers' slots an allowed component is drawn at random, so that the logs can
    be used to evaluate other policies.
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
        """True if the viewer belongs to the season's holdout group."""
        return self.holdout_share > 0 and self.draw("holdout", viewer_id) < self.holdout_share

    def draw(self, *key: str) -> float:
        """Return a number in [0, 1), uniform over keys and always the same for the same key."""
        text = "\x1f".join((self.season, *key))
        digest = hashlib.sha256(text.encode()).digest()
        return (int.from_bytes(digest[:8]) >> 11) / _STEPS


NO_EXPERIMENT = Experiment(season="none")
