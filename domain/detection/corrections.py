"""Corrections: entries that change another entry, and when one cannot."""

from domain.detection.entry import Entry
from domain.match_event import CORRECTIONS, WITHDRAWALS, MatchEvent

MAX_DEPTH = 8
"""Withdrawals of withdrawals: how long a chain of them may be."""


def related_id_of(correction: MatchEvent) -> str:
    """Return the id of the entry that a correction names."""
    assert correction.related_id is not None, "MatchEvent.from_dict refuses a correction without a related_id"
    return correction.related_id


def awaits(entry: Entry) -> bool:
    """True if an entry is a correction of another entry that has not come."""
    match_event = entry.match_event
    return match_event.type in CORRECTIONS and entry.target is None and match_event.related_id != entry.key[1]


def is_overruled(entry: Entry) -> bool:
    """True if a correction no longer counts, because the entry that it names was sent again after it."""
    return entry.target is not None and entry.applied_at < entry.target.arrival


def refusal_of(correction: MatchEvent, target: Entry, entry: Entry | None) -> str | None:
    """Return why a correction cannot apply to an entry; None if it can.

    `entry` is the correction's own entry, if it has one already.
    """
    if target.match_event.type not in CORRECTIONS[correction.type]:
        return f"{related_id_of(correction)} is a {_words(target.match_event.type)}"
    is_numbered = correction.revision is not None and correction.revision != target.revision
    if correction.type in WITHDRAWALS and not is_numbered and _is_withdrawn_by_another(target, entry):
        return f"{related_id_of(correction)} is withdrawn already"
    depth, named = 1, target
    while named.target is not None:
        depth, named = depth + 1, named.target
        if named is entry or depth > MAX_DEPTH:
            return f"{related_id_of(correction)} is part of a circle or a chain of corrections"
    return None


def expected(correction: MatchEvent, reason: str) -> str:
    """Return the error of a correction's field: what was expected and why it is not that."""
    kinds = CORRECTIONS[correction.type]
    kind = "an" if len(kinds) > 2 else f"a {' or '.join(map(_words, sorted(kinds)))}"
    return f"match_event.related_id: expected the id of {kind} entry, {reason}"


def is_older(revision: int | None, known: int | None) -> bool:
    """True if both revisions are known and the first is lower."""
    return revision is not None and known is not None and revision < known


def newest(*revisions: int | None) -> int | None:
    """Return the highest of the revisions that are known."""
    return max((revision for revision in revisions if revision is not None), default=None)


def _is_withdrawn_by_another(target: Entry, entry: Entry | None) -> bool:
    return any(each is not entry and each.applied_at > target.arrival for each in target.withdrawals)


def _words(kind: str) -> str:
    return kind.replace("_", " ")
