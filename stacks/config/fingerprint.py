"""Fingerprints of settings, for the names of resources that cannot be changed."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

LENGTH = 8


def fingerprint(settings: Mapping[str, Any], *, first: Mapping[str, Any]) -> str:
    """Return a hash of settings; empty for those that every stage began with, whose names have none."""
    if settings == first:
        return ""
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:LENGTH]
