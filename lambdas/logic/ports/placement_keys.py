"""Keys with which placements are signed: the current one, and the one before it, which stays valid."""

from collections.abc import Sequence
from typing import Protocol


class SigningKey(Protocol):
    """The key that signs."""

    def current(self) -> bytes | None:
        """Return the key; None if it cannot be read."""


class VerificationKeys(Protocol):
    """The keys that are accepted."""

    def accepted(self) -> Sequence[bytes]:
        """Return the keys, the newest first; none if they cannot be read."""

    def refresh(self) -> bool:
        """Read the keys again unless they were read seconds ago; True if they were read."""
