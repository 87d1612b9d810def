"""Recognise the entries of a document among those that were sent: documents have no reliable ids.

An entry is recognised by its content, then by the provider's id, then by what a correction leaves as it was:
the minute, or the player. Each known entry is recognised once, so two equal entries of a document are two.
"""

from collections.abc import Callable, Sequence

from domain.match_event import MatchEventType
from polled_feed.known_entry import KnownEntry
from polled_feed.snapshot import PolledEntry

CORRECTED_WITHIN_SECONDS = 300.0
"""How far a corrected minute may be from the one before."""

Rule = Callable[[PolledEntry, KnownEntry], bool]


def recognise(
    entries: Sequence[PolledEntry], known: Sequence[KnownEntry]
) -> list[tuple[PolledEntry, KnownEntry | None]]:
    """Return each entry with the known entry that it is a version of, or None if it is new."""
    found: dict[int, KnownEntry] = {}
    free = list(known)
    for rule in _RULES:
        for index, entry in enumerate(entries):
            if index in found:
                continue
            same = [each for each in free if each.match_event.type is entry.type and rule(entry, each)]
            if same:
                found[index] = min(
                    same, key=lambda each: abs(each.match_event.clock_seconds - entry.clock_seconds)
                )
                free.remove(found[index])
    return [(entry, found.get(index)) for index, entry in enumerate(entries)]


def _same_content(entry: PolledEntry, known: KnownEntry) -> bool:
    return (
        known.stands
        and _same_minute(entry, known)
        and _same_people(entry, known)
        and _same_kind(entry, known)
    )


def _same_kind(entry: PolledEntry, known: KnownEntry) -> bool:
    was = known.match_event
    return (entry.card, entry.own_goal, entry.penalty, entry.scored) == (
        was.card,
        was.own_goal,
        was.penalty,
        was.scored,
    )


def _same_given_id(entry: PolledEntry, known: KnownEntry) -> bool:
    return entry.given_id is not None and entry.given_id == known.given_id


def _same_but_for_the_kind(entry: PolledEntry, known: KnownEntry) -> bool:
    return known.stands and _same_minute(entry, known) and _same_people(entry, known)


def _same_player_of_the_other_side(entry: PolledEntry, known: KnownEntry) -> bool:
    is_goal = entry.type is MatchEventType.GOAL
    same_player = entry.player is not None and entry.player == known.match_event.player
    return is_goal and known.stands and same_player and _same_minute(entry, known)


def _same_but_for_the_people(entry: PolledEntry, known: KnownEntry) -> bool:
    return known.stands and _same_minute(entry, known) and entry.side is known.match_event.side


def _same_but_for_the_minute(entry: PolledEntry, known: KnownEntry) -> bool:
    return (
        known.stands
        and entry.period == known.match_event.period
        and entry.player is not None
        and _same_people(entry, known)
        and abs(entry.clock_seconds - known.match_event.clock_seconds) <= CORRECTED_WITHIN_SECONDS
    )


def _same_as_withdrawn(entry: PolledEntry, known: KnownEntry) -> bool:
    return not known.stands and _same_minute(entry, known) and _same_people(entry, known)


def _same_minute(entry: PolledEntry, known: KnownEntry) -> bool:
    return (entry.period, entry.clock_seconds) == known.match_event.order


def _same_people(entry: PolledEntry, known: KnownEntry) -> bool:
    """True if side and players are the same, in whichever order the document has the players."""
    people = {entry.player, entry.other_player} - {None}
    known_people = {known.match_event.player, known.other_player} - {None}
    return entry.side is known.match_event.side and people == known_people


_RULES: Sequence[Rule] = (
    _same_content,
    _same_given_id,
    _same_but_for_the_kind,
    _same_player_of_the_other_side,
    _same_but_for_the_people,
    _same_but_for_the_minute,
    _same_as_withdrawn,
)
