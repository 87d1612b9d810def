"""The log of a match's entries: each known by its source and id, with the last word on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.detection.corrections import (
    awaits,
    expected,
    is_older,
    is_overruled,
    newest,
    refusal_of,
    related_id_of,
)
from domain.detection.entry import Entry, EntryKey, Version
from domain.detection.fingerprints import Fingerprints, fingerprint_of
from domain.detection.outcome import Refusal, Verdict
from domain.match_event import CORRECTIONS, WITHDRAWALS, MatchEvent
from domain.signal import Signal, SignalKind
from domain.validation import Reader

MAX_ENTRIES = 2_000
"""Entries that are kept of one match; the busiest real matches have about a hundred."""
MAX_WAITING = 100
"""Corrections that wait for the entry that they name."""
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
        self._fingerprints = Fingerprints()
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
        fingerprint = fingerprint_of(signal)
        if fingerprint in self._fingerprints or self._is_copy(match_event):
            return Addition(verdict=Verdict.DUPLICATE)
        entry = self._find(signal.source, match_event.id)
        if entry is None and len(self._entries) >= MAX_ENTRIES:
            return Addition(verdict=Verdict.OVERFLOW)
        if entry is not None and is_older(match_event.revision, entry.revision):
            return Addition(verdict=Verdict.STALE)
        target = None
        if match_event.type in CORRECTIONS:
            target = self._resolve(signal.source, match_event)
            refused = self._check(match_event, target, entry)
            if refused is not None:
                if refused.verdict is Verdict.REFUSED:
                    self._fingerprints.add(fingerprint)
                return refused
        self._fingerprints.add(fingerprint)
        return self._keep(signal, match_event, entry, target)

    def refuse_waiting(self) -> tuple[Refusal, ...]:
        """Remove the corrections that still wait, and return them as refused."""
        refusals = []
        while self._waiting:
            entry = next(iter(self._waiting.values()))[0]
            refusals.append(self._remove(entry, f"{related_id_of(entry.match_event)} is not known"))
        return tuple(refusals)

    def state(self) -> dict[str, Any]:
        """Return the log in JSON-safe form."""
        return {
            "arrivals": self._arrivals,
            "fingerprints": self._fingerprints.state(),
            "entries": [entry.to_dict() for entry in self._entries.values()],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Restore the log from its state."""
        reader = Reader(state, "state.log")
        self._arrivals = reader.integer("arrivals", minimum=0)
        self._fingerprints.restore(state["fingerprints"])
        targets = [(self._index(Entry.from_dict(value)), value["target"]) for value in reader.raw("entries")]
        for entry, target in targets:
            if target is not None:
                self._link(entry, self._entries[(target[0], target[1])])
            elif awaits(entry):
                self._wait(entry)

    def _find(self, source: str, entry_id: str) -> Entry | None:
        return self._entries.get((source, entry_id)) or self._entries.get((ANY_SOURCE, entry_id))

    def _is_copy(self, match_event: MatchEvent) -> bool:
        """True if an entry says the same already, from whichever source and in whichever envelope."""
        return any(
            entry.match_event == match_event and not entry.is_withdrawn and not is_overruled(entry)
            for entry in self._by_id.get(match_event.id, ())
        )

    def _resolve(self, source: str, correction: MatchEvent) -> Entry | None:
        """Return the entry that a correction names, of its own source if there is one."""
        related_id = related_id_of(correction)
        own = self._find(source, related_id)
        others = self._by_id.get(related_id, ())
        return own or next(iter(others), None) or self._by_signal.get(related_id)

    def _check(self, correction: MatchEvent, target: Entry | None, entry: Entry | None) -> Addition | None:
        """Return the refusal of a correction that would have no effect; None if it may be kept."""
        if target is None:
            if sum(map(len, self._waiting.values())) < MAX_WAITING:
                return None
            full = f"{related_id_of(correction)} is not known, and {MAX_WAITING} corrections wait"
            return Addition(verdict=Verdict.OVERFLOW, reason=expected(correction, full))
        if target is entry:
            return None
        reason = refusal_of(correction, target, entry)
        if reason is not None:
            return Addition(verdict=Verdict.REFUSED, reason=expected(correction, reason))
        if correction.type in WITHDRAWALS and is_older(correction.revision, target.revision):
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
        entry.revision = newest(entry.revision, match_event.revision)
        if target is not None and target is not entry:
            self._link(entry, target)
        elif target is None and awaits(entry):
            self._wait(entry)
        refusals, is_awaited = self._end_waiting(entry, signal.id) if is_new else ((), False)
        return Addition(
            verdict=Verdict.WAITING if target is None and awaits(entry) else Verdict.ACCEPTED,
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
            reason = refusal_of(correction.match_event, entry, correction)
            if reason is not None:
                refusals.append(self._remove(correction, reason))
            elif _is_stale(correction, entry):
                self._remove(correction, "it was sent again since")
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
            target.revision = newest(target.revision, correction.match_event.revision)

    def _unlink(self, correction: Entry) -> None:
        self._stop_waiting(correction)
        if correction.target is not None:
            correction.target.corrections.remove(correction)
            correction.target = None

    def _wait(self, correction: Entry) -> None:
        self._waiting.setdefault(related_id_of(correction.match_event), []).append(correction)

    def _stop_waiting(self, correction: Entry) -> None:
        for related_id, waiting in tuple(self._waiting.items()):
            if correction in waiting:
                waiting.remove(correction)
                if not waiting:
                    del self._waiting[related_id]

    def _remove(self, entry: Entry, reason: str) -> Refusal:
        """Remove an entry; the corrections that name it wait again."""
        self._stop_waiting(entry)
        for correction in entry.corrections:
            correction.target = None
            self._wait(correction)
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
        return Refusal(signal=signal, reason=expected(entry.match_event, reason))

    def _next_arrival(self) -> int:
        self._arrivals += 1
        return self._arrivals


def _is_stale(withdrawal: Entry, entry: Entry) -> bool:
    """True if a withdrawal that waited is older than the version of the entry that came."""
    event = withdrawal.match_event
    return event.type in WITHDRAWALS and is_older(event.revision, entry.revision)
