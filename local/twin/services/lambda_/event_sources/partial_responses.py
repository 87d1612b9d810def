"""Partial batch responses: `batchItemFailures` in a function's answer."""

import json
from collections.abc import Collection


def failed_items(payload: bytes, item_ids: Collection[str]) -> set[str]:
    """Return the ids of a batch that the function reports as failed.

    A malformed answer, or one that names an unknown id, fails the whole batch.
    """
    try:
        answer = json.loads(payload or b"null") or {}
        failed = {str(item["itemIdentifier"]) for item in answer.get("batchItemFailures") or ()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return set(item_ids)
    return failed if failed <= set(item_ids) else set(item_ids)
