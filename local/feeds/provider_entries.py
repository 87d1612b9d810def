"""What kloppy leaves in a provider's raw entry: penalties awarded, injuries, cards, own goals."""

from typing import Any

from kloppy.domain import Event

from domain.match_event import Card

OPTA_FOUL, OPTA_FOULING_TEAM, OPTA_PENALTY_QUALIFIER = 4, 0, 9
DATAFACTORY_PENALTY_FOULS, DATAFACTORY_OWN_GOAL = frozenset({31, 32}), 10


def is_penalty_award(provider: str, event: Event) -> bool:
    """Whether the entry is a foul that gives the other side a penalty."""
    raw: Any = event.raw_event
    if provider == "statsbomb":
        return bool(_path(raw, "foul_committed", "penalty"))
    if provider in ("opta", "statsperform"):
        return (
            getattr(raw, "type_id", None) == OPTA_FOUL
            and getattr(raw, "outcome", None) == OPTA_FOULING_TEAM
            and OPTA_PENALTY_QUALIFIER in getattr(raw, "qualifiers", {})
        )
    return provider == "datafactory" and _path(raw, "type") in DATAFACTORY_PENALTY_FOULS


def is_own_goal(provider: str, event: Event) -> bool:
    """Whether a goal went into the own net: DataFactory's own type, which kloppy takes for a goal."""
    return provider == "datafactory" and _path(event.raw_event, "type") == DATAFACTORY_OWN_GOAL


def is_injury(provider: str, event: Event) -> bool:
    """Whether play stopped for an injury."""
    return provider == "statsbomb" and _path(event.raw_event, "type", "name") == "Injury Stoppage"


def card_in_entry(provider: str, event: Event) -> Card | None:
    """The card that Wyscout's version 3 notes on an entry's infraction, whatever the entry's type."""
    if provider != "wyscout":
        return None
    infraction = _path(event.raw_event, "infraction") or {}
    secondary = _path(event.raw_event, "type", "secondary") or ()
    yellow = bool(_path(infraction, "yellowCard")) or "yellow_card" in secondary
    red = bool(_path(infraction, "redCard")) or "red_card" in secondary
    if red:
        return Card.SECOND_YELLOW if yellow else Card.RED
    return Card.YELLOW if yellow else None


def _path(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
