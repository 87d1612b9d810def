"""Tombstones of erased viewers, so that no training can bring them back."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

ERASED = "erased"
"""The first part of the keys of tombstones in the privacy bucket: `erased/<hash>.json`."""


def viewer_hash(viewer_id: str) -> str:
    """Return the SHA-256 of a viewer's id; the Glue jobs compute the same."""
    return hashlib.sha256(viewer_id.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """A viewer, by the hash of the id, and the time of the erasure.

    What the viewer did before that time is not used again; what the viewer does afterwards is, like that of
    a new viewer.
    """

    viewer_hash: str
    erased_at: datetime

    @property
    def key(self) -> str:
        """The name of the object; a later erasure of the same viewer replaces it."""
        return f"{self.viewer_hash}.json"

    def to_json(self) -> str:
        """Return the JSON line that the Glue jobs read; the time is in seconds since 1970."""
        return (
            json.dumps({"viewer_hash": self.viewer_hash, "erased_at": int(self.erased_at.timestamp())}) + "\n"
        )
