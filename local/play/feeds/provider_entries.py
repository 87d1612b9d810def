"""What kloppy leaves in a provider's raw entry: penalties awarded, injuries, cards, own goals."""

from typing import Any

from kloppy.domain import Event

from domain.match_event import Card

OPTA_FOUL, OPTA_FOULING_TEAM, OPTA_PENALTY_QUALIFIER = 4, 0, 9
DATAFACTORY_PENALTY_FOULS, DATAFACTORY_OWN_GOAL = frozenset({31, 32}), 10
DATAFACTORY_KICKS = {55: True, 56: False, 57: False, 183: False}
"""DataFactory's entries of the shoot-out, which kloppy leaves as they are: whether the kick went in."""
METRICA_CARDS = {"YELLOW": Card.YELLOW, "RED": Card.RED}
SPORTEC_SECTIONS = {
    "firstHalf": 1,
    "secondHalf": 2,
    "firstHalfExtra": 3,
    "secondHalfExtra": 4,
    "penaltyShootout": 5,
    "penaltyShootOut": 5,
}


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


def shoot_out_kick(provider: str, event: Event) -> bool | None:
    """Whether a kick of the shoot-out went in; None if the entry is no kick that kloppy leaves untold."""
    if provider != "datafactory":
        return None
    return DATAFACTORY_KICKS.get(_path(event.raw_event, "type"))


def period_in_entry(provider: str, event: Event) -> int | None:
    """The period that Sportec's kick-off names."""
    if provider != "sportec":
        return None
    return SPORTEC_SECTIONS.get(str(_path(event.raw_event, "GameSection")))


def card_in_entry(provider: str, event: Event) -> Card | None:
    """A card that kloppy leaves in the entry."""
    if provider == "wyscout":
        return _wyscout_card(event)
    if provider == "metrica":
        return _metrica_card(event)
    return None


def _metrica_card(event: Event) -> Card | None:
    if _path(event.raw_event, "type", "name") != "CARD":
        return None
    subtypes = _path(event.raw_event, "subtypes")
    named = subtypes if isinstance(subtypes, list) else [subtypes]
    cards = [METRICA_CARDS.get(str(_path(subtype, "name"))) for subtype in named]
    return next((card for card in cards if card is not None), None)


def _wyscout_card(event: Event) -> Card | None:
    """Version 3 notes a card on an entry's infraction, whatever the entry's type."""
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
