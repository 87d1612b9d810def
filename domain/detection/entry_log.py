"""The log of a match's entries: each known by its source and id, with the last word on it."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.detection.entry import Entry, EntryKey, Version
from domain.detection.outcome import Refusal, Verdict
from domain.match_event import CORRECTIONS, WITHDRAWALS, MatchEvent
from domain.signal import Signal, SignalKind
from domain.validation import Reader, format_instant

MAX_ENTRIES = 2_000
"""Entries that are kept of one match; the busiest real matches have about a hundred."""
MAX_WAITING = 100
"""Corrections that wait for the entry that they name."""
MAX_DEPTH = 8
"""Withdrawals of withdrawals: how long a chain of them may be."""
MAX_FINGERPRINTS = 4_000
ANY_SOURCE = ""
"""The source of entries from a state that kept no sources; their names are those of their signals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """What became of a signal: the entry that it added or amended, or why it did neither.

    `is_new` is true for the first version of an entry that no other entry is related to. `late_refusals` are
    corrections that waited for this entry and turned out to be wrong.
    """

    verdict: Verdict
    reason: str | None = None
    entry: Entry | None = None
    is_new: bool = False
    late_refusals: tuple[Refusal, ...] = ()


class EntryLog:
    """Entries by source and id; an amendment, a withdrawal and a reinstatement change what stands.

    The last word on an entry wins: by revision where the provider numbers them, else by arrival.
    """

    def __init__(self, match_id: str) -> None:
        self._match_id = match_id
        self._entries: dict[EntryKey, Entry] = {}
        self._by_id: dict[str, list[Entry]] = {}
        self._by_signal: dict[str, Entry] = {}
        self._names: set[str] = set()
        self._waiting: dict[str, list[Entry]] = {}
        self._fingerprints: dict[str, None] = {}
        self._arrivals = 0

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def standing(self) -> list[Entry]:
        """Return the entries that are not withdrawn, in the order of play."""
        return sorted(
            (entry for entry in self._entries.values() if not entry.is_withdrawn),
            key=lambda entry: entry.order,
        )

    def has(self, signal: Signal, match_event: MatchEvent) -> bool:
        """True if the signal speaks of an entry that is kept."""
        return match_event.id in self._by_id and self._find(signal.source, match_event.id) is not None

    def add(self, signal: Signal, match_event: MatchEvent) -> Addition:
        """Add an entry, or a version of one that is known."""
        fingerprint = _fingerprint(signal, match_event)
        if fingerprint in self._fingerprints or self._is_copy(match_event):
            return Addition(verdict=Verdict.DUPLICATE)
        entry = self._find(signal.source, match_event.id)
        if entry is None and len(self._entries) >= MAX_ENTRIES:
            return Addition(verdict=Verdict.OVERFLOW)
        if entry is not None and _is_older(match_event.revision, entry.revision):
            return Addition(verdict=Verdict.STALE)
        target = None
        if match_event.type in CORRECTIONS:
            target = self._resolve(signal.source, match_event)
            refused = self._check(match_event, target, entry)
            if refused is not None:
                if refused.verdict is Verdict.REFUSED:
                    self._remember(fingerprint)
                return refused
        self._remember(fingerprint)
        return self._keep(signal, match_event, entry, target)

    def refuse_waiting(self) -> tuple[Refusal, ...]:
        """Remove the corrections that still wait, and return them as refused."""
        waiting = [entry for entries in self._waiting.values() for entry in entries]
        return tuple(self._remove(entry, f"{_related(entry.match_event)} is not known") for entry in waiting)

    def state(self) -> dict[str, Any]:
        """Return the log in JSON-safe form."""
        return {
            "arrivals": self._arrivals,
            "fingerprints": list(self._fingerprints),
            "entries": [entry.to_dict() for entry in self._entries.values()],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the log from its state."""
        reader = Reader(state, "state.log")
        self._arrivals = reader.integer("arrivals", minimum=0)
        self._fingerprints = dict.fromkeys(state["fingerprints"])
        targets = [(self._index(Entry.from_dict(value)), value["target"]) for value in reader.raw("entries")]
        for entry, target in targets:
            if target is not None:
                self._link(entry, self._entries[(target[0], target[1])])
            elif _awaits(entry):
                self._waiting.setdefault(str(entry.match_event.related_id), []).append(entry)

    def _remember(self, fingerprint: str) -> None:
        """Remember a signal, so that it is a duplicate if it comes again unchanged."""
        self._fingerprints[fingerprint] = None
        if len(self._fingerprints) > MAX_FINGERPRINTS:
            del self._fingerprints[next(iter(self._fingerprints))]

    def _find(self, source: str, entry_id: str) -> Entry | None:
        return self._entries.get((source, entry_id)) or self._entries.get((ANY_SOURCE, entry_id))

    def _is_copy(self, match_event: MatchEvent) -> bool:
        """True if an entry says the same already, from whichever source and in whichever envelope."""
        return any(
            entry.match_event == match_event and not entry.is_withdrawn and not _is_overruled(entry)
            for entry in self._by_id.get(match_event.id, ())
        )

    def _resolve(self, source: str, correction: MatchEvent) -> Entry | None:
        """Return the entry that a correction names, of its own source if there is one."""
        related_id = _related(correction)
        own = self._find(source, related_id)
        others = self._by_id.get(related_id, ())
        return own or next(iter(others), None) or self._by_signal.get(related_id)

    def _check(self, correction: MatchEvent, target: Entry | None, entry: Entry | None) -> Addition | None:
        """Return the refusal of a correction that would have no effect; None if it may be kept."""
        if target is None:
            if sum(map(len, self._waiting.values())) < MAX_WAITING:
                return None
            full = f"{_related(correction)} is not known, and {MAX_WAITING} corrections wait"
            return Addition(verdict=Verdict.OVERFLOW, reason=_expected(correction, full))
        if target is entry:
            return None
        reason = _refusal_of(correction, target, entry)
        if reason is not None:
            return Addition(verdict=Verdict.REFUSED, reason=_expected(correction, reason))
        if _is_older(correction.revision, target.revision):
            return Addition(verdict=Verdict.STALE)
        return None

    def _keep(
        self,
        signal: Signal,
        match_event: MatchEvent,
        entry: Entry | None,
        target: Entry | None,
    ) -> Addition:
        version = Version.of(signal, match_event, self._next_arrival())
        is_new = entry is None
        if entry is None:
            entry = self._new_entry(signal.source, version)
        else:
            entry.amend(version)
            self._unlink(entry)
            self._by_signal.setdefault(version.signal_id, entry)
        entry.revision = _newest(entry.revision, match_event.revision)
        if target is not None and target is not entry:
            self._link(entry, target)
        elif target is None and _awaits(entry):
            self._waiting.setdefault(_related(match_event), []).append(entry)
        refusals, is_awaited = self._end_waiting(entry, signal.id) if is_new else ((), False)
        return Addition(
            verdict=Verdict.WAITING if target is None and _awaits(entry) else Verdict.ACCEPTED,
            entry=entry,
            is_new=is_new and not is_awaited,
            late_refusals=refusals,
        )

    def _end_waiting(self, entry: Entry, signal_id: str) -> tuple[tuple[Refusal, ...], bool]:
        """Apply the corrections that waited for an entry; those of another kind of entry are refused."""
        names = dict.fromkeys((entry.key[1], signal_id))
        awaiting = [each for name in names for each in self._waiting.get(name, ()) if each is not entry]
        refusals = []
        for correction in awaiting:
            self._stop_waiting(correction)
            reason = _refusal_of(correction.match_event, entry, correction)
            if reason is not None:
                refusals.append(self._remove(correction, reason))
            elif _is_older(correction.match_event.revision, entry.revision):
                self._remove(correction, "stale")
            else:
                self._link(correction, entry)
                correction.applied_at = self._next_arrival()
        return tuple(refusals), bool(awaiting)

    def _new_entry(self, source: str, version: Version) -> Entry:
        entry_id = version.match_event.id
        name = (entry_id if source != ANY_SOURCE else version.signal_id).replace("~", "-")
        if name in self._names:
            name = f"{name}@{version.arrival}"
        return self._index(
            Entry(
                key=(source, entry_id),
                name=name,
                place=version.arrival,
                applied_at=version.arrival,
                revision=None,
                versions=[version],
            )
        )

    def _index(self, entry: Entry) -> Entry:
        self._entries[entry.key] = entry
        self._by_id.setdefault(entry.key[1], []).append(entry)
        for version in entry.versions:
            self._by_signal.setdefault(version.signal_id, entry)
        self._names.add(entry.name)
        return entry

    def _link(self, correction: Entry, target: Entry) -> None:
        correction.target = target
        target.corrections.append(correction)
        if correction.match_event.type in WITHDRAWALS:
            target.revision = _newest(target.revision, correction.match_event.revision)

    def _unlink(self, correction: Entry) -> None:
        self._stop_waiting(correction)
        if correction.target is not None:
            correction.target.corrections.remove(correction)
            correction.target = None

    def _stop_waiting(self, correction: Entry) -> None:
        for related_id, waiting in tuple(self._waiting.items()):
            if correction in waiting:
                waiting.remove(correction)
                if not waiting:
                    del self._waiting[related_id]

    def _remove(self, entry: Entry, reason: str) -> Refusal:
        self._stop_waiting(entry)
        del self._entries[entry.key]
        same_id = self._by_id[entry.key[1]]
        same_id.remove(entry)
        if not same_id:
            del self._by_id[entry.key[1]]
        for version in entry.versions:
            if self._by_signal.get(version.signal_id) is entry:
                del self._by_signal[version.signal_id]
        self._names.discard(entry.name)
        signal = Signal(
            id=entry.current.signal_id,
            match_id=self._match_id,
            source=entry.key[0] or "unknown",
            kind=SignalKind.MATCH_EVENT,
            occurred_at=entry.current.occurred_at,
            media_time=entry.current.media_time,
            match_event=entry.match_event,
        )
        return Refusal(signal=signal, reason=_expected(entry.match_event, reason))

    def _next_arrival(self) -> int:
        self._arrivals += 1
        return self._arrivals


def _awaits(entry: Entry) -> bool:
    """True if an entry is a correction of another entry, which is not known."""
    match_event = entry.match_event
    return match_event.type in CORRECTIONS and entry.target is None and match_event.related_id != entry.key[1]


def _is_overruled(entry: Entry) -> bool:
    """True if a withdrawal counts no more, because the entry that it names was sent again after it."""
    return (
        entry.match_event.type in WITHDRAWALS
        and entry.target is not None
        and entry.applied_at < entry.target.arrival
    )


def _refusal_of(correction: MatchEvent, target: Entry, entry: Entry | None) -> str | None:
    """Return why a correction cannot apply to an entry; None if it can.

    `entry` is the correction's own entry, where it has one already.
    """
    if target.match_event.type not in CORRECTIONS[correction.type]:
        return f"{_related(correction)} is a {_words(target.match_event.type)}"
    is_numbered = correction.revision is not None and correction.revision != target.revision
    if correction.type in WITHDRAWALS and not is_numbered and _is_withdrawn_by_another(target, entry):
        return f"{_related(correction)} is withdrawn already"
    depth, named = 1, target
    while named.target is not None:
        depth, named = depth + 1, named.target
        if named is entry or depth > MAX_DEPTH:
            return f"{_related(correction)} is part of a circle or a chain of corrections"
    return None


def _is_withdrawn_by_another(target: Entry, entry: Entry | None) -> bool:
    return any(each is not entry and each.applied_at > target.arrival for each in target.withdrawals)


def _expected(correction: MatchEvent, reason: str) -> str:
    kinds = CORRECTIONS[correction.type]
    kind = "an" if len(kinds) > 2 else f"a {' or '.join(map(_words, sorted(kinds)))}"
    return f"match_event.related_id: expected the id of {kind} entry, {reason}"


def _words(kind: str) -> str:
    return kind.replace("_", " ")


def _related(correction: MatchEvent) -> str:
    assert correction.related_id is not None, "MatchEvent.from_dict refuses a correction without a related_id"
    return correction.related_id


def _is_older(revision: int | None, known: int | None) -> bool:
    return revision is not None and known is not None and revision < known


def _newest(*revisions: int | None) -> int | None:
    return max((revision for revision in revisions if revision is not None), default=None)


def _fingerprint(signal: Signal, match_event: MatchEvent) -> str:
    """Return a digest of what the provider sent; the time of its ingestion is no part of it."""
    content = {
        "id": signal.id,
        "occurred_at": format_instant(signal.occurred_at),
        "media_time": signal.media_time and format_instant(signal.media_time),
        "match_event": match_event.to_dict(),
    }
    return hashlib.blake2b(json.dumps(content, sort_keys=True).encode(), digest_size=8).hexdigest()
