"""Stats Perform's MA1 file, which may be a list of matches."""

import json
from typing import Any


def one_match(metadata: bytes, events: bytes) -> bytes:
    """Return the MA1 file of the match whose events these are; `{"match": [...]}` is unwrapped.

    Raises ValueError if the list does not have the match.
    """
    if not metadata.lstrip().startswith(b"{"):
        return metadata
    document = json.loads(metadata)
    matches = document.get("match")
    if not isinstance(matches, list):
        return metadata
    if len(matches) == 1:
        return json.dumps(matches[0]).encode()
    match_id = _match_id(json.loads(events))
    for match in matches:
        if match_id is not None and _match_id(match) == match_id:
            return json.dumps(match).encode()
    raise ValueError(f"a list of {len(matches)} matches without the match {match_id}")


def _match_id(document: Any) -> str | None:
    info = document.get("matchInfo") if isinstance(document, dict) else None
    match_id = info.get("id") if isinstance(info, dict) else None
    return match_id if isinstance(match_id, str) else None
