"""Read what kloppy leaves in a provider's raw entries: penalties awarded, injuries, cards, own goals."""

from typing import Any

from kloppy.domain import Event

from domain.match_event import Card

OPTA_FOUL, OPTA_FOULING_TEAM, OPTA_PENALTY_QUALIFIER = 4, 0, 9
DATAFACTORY_PENALTY_FOULS, DATAFACTORY_OWN_GOAL = frozenset({31, 32}), 10
DATAFACTORY_KICKS = {55: True, 56: False, 57: False, 183: False}
"""DataFactory's shoot-out entry types, which kloppy does not translate, and if the kick was scored."""
BIG_CHANCE_FROM_XG = 0.3
"""A shot that goes in three times of ten is a big chance; StatsBomb has expected goals with each shot."""
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
    """True if the entry is a foul that gives the other side a penalty."""
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
    """True for DataFactory's own-goal type, which kloppy reads as a goal."""
    return provider == "datafactory" and _path(event.raw_event, "type") == DATAFACTORY_OWN_GOAL


def is_injury(provider: str, event: Event) -> bool:
    """True if play stopped for an injury."""
    return provider == "statsbomb" and _path(event.raw_event, "type", "name") == "Injury Stoppage"


def is_big_chance(provider: str, event: Event) -> bool:
    """True if the provider's expected goals make a shot a big chance; False where it sends none."""
    expected_goals = _path(event.raw_event, "shot", "statsbomb_xg") if provider == "statsbomb" else None
    return isinstance(expected_goals, int | float) and expected_goals >= BIG_CHANCE_FROM_XG


def shoot_out_kick(provider: str, event: Event) -> bool | None:
    """Return if a shoot-out kick was scored; None if the entry is not an untranslated kick."""
    if provider != "datafactory":
        return None
    return DATAFACTORY_KICKS.get(_path(event.raw_event, "type"))


def period_in_entry(provider: str, event: Event) -> int | None:
    """Return the period that a Sportec kick-off names, or None."""
    if provider != "sportec":
        return None
    return SPORTEC_SECTIONS.get(str(_path(event.raw_event, "GameSection")))


def card_in_entry(provider: str, event: Event) -> Card | None:
    """Return the card in an entry that kloppy does not translate, or None."""
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
    """Read the card on an entry's infraction, which version 3 sets on any type of entry."""
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
