"""Translate a data set that kloppy loaded to MatchEvents."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from kloppy.domain import (
    CardEvent,
    CardQualifier,
    CardType,
    Event,
    EventDataset,
    Ground,
    Orientation,
    PassEvent,
    PositionType,
    SetPieceQualifier,
    SetPieceType,
    ShotEvent,
    ShotResult,
    SubstitutionEvent,
)

from domain.match import GOALKEEPER, Player, Side, Team
from domain.match_event import (
    FIRST_PERIOD,
    SHOOT_OUT_PERIOD,
    Card,
    MatchEvent,
    MatchEventType,
    ShotOutcome,
)
from local.play.feeds.entry_clock import EntryClock
from local.play.feeds.feed import ParsedFeed
from local.play.feeds.names import readable
from local.play.feeds.positions import for_opponents, position
from local.play.feeds.provider_entries import (
    card_in_entry,
    is_big_chance,
    is_injury,
    is_own_goal,
    is_penalty_award,
    shoot_out_kick,
)
from local.play.feeds.repeats import each_once

CARDS = {
    CardType.FIRST_YELLOW: Card.YELLOW,
    CardType.SECOND_YELLOW: Card.SECOND_YELLOW,
    CardType.RED: Card.RED,
}
SHOT_OUTCOMES = {
    ShotResult.SAVED: ShotOutcome.SAVED,
    ShotResult.OFF_TARGET: ShotOutcome.OFF_TARGET,
    ShotResult.BLOCKED: ShotOutcome.BLOCKED,
    ShotResult.POST: ShotOutcome.WOODWORK,
}
SET_PIECES = {
    SetPieceType.CORNER_KICK: MatchEventType.CORNER,
    SetPieceType.FREE_KICK: MatchEventType.FREE_KICK,
}
AWARD_TO_KICK_SECONDS = 600.0
SAME_CARD_SECONDS = 5.0


def read_dataset(provider: str, dataset: EventDataset, file_match_id: str) -> ParsedFeed:
    """Return the match and its entries."""
    metadata = dataset.metadata
    teams = {Side.HOME if team.ground is Ground.HOME else Side.AWAY: team for team in metadata.teams}
    other: Counter[str] = Counter()
    clock = EntryClock(provider, dataset.events)
    has_positions = metadata.orientation is Orientation.ACTION_EXECUTING_TEAM
    translated = [
        match_event
        for event in dataset.events
        for match_event in _translate(provider, event, clock, other, has_positions=has_positions)
    ]
    match_events = list(_with_penalties_awarded(each_once(translated, MatchEventType.CARD, _is_same_card)))
    seen = {match_event.period for match_event in match_events}
    starts = {
        clock.period_of(period): period.start_timestamp.astimezone(UTC)
        for period in metadata.periods
        if clock.period_of(period) in seen and isinstance(period.start_timestamp, datetime)
    }
    date = metadata.date if isinstance(metadata.date, datetime) and metadata.date.tzinfo else None
    return ParsedFeed(
        match_id=str(metadata.game_id or file_match_id),
        home=Team(id=str(teams[Side.HOME].team_id), name=readable(teams[Side.HOME].name)),
        away=Team(id=str(teams[Side.AWAY].team_id), name=readable(teams[Side.AWAY].name)),
        line_ups=tuple(
            Player(
                id=str(player.player_id),
                name=readable(player.full_name),
                side=side,
                position=GOALKEEPER if player.starting_position is PositionType.Goalkeeper else None,
            )
            for side, team in teams.items()
            for player in team.players
            if player.full_name
        ),
        match_events=tuple(match_events),
        kick_off=starts.get(FIRST_PERIOD) or (date and date.astimezone(UTC)),
        period_starts=starts,
        other_entries=dict(other),
    )


def _translate(
    provider: str, event: Event, clock: EntryClock, other: Counter[str], *, has_positions: bool
) -> Iterator[MatchEvent]:
    side = _side(event.team)
    base: dict[str, Any] = {
        "id": str(event.event_id),
        "period": clock.period_of(event.period),
        "clock_seconds": clock.seconds_of(event),
        "side": side,
        "player": _name(event.player),
    }
    if has_positions:
        base |= _position(event)
    if not FIRST_PERIOD <= base["period"] <= SHOOT_OUT_PERIOD:
        other[f"period {base['period']}"] += 1
        return
    found = list(_match_events(provider, event, base)) if side is not None else []
    if is_injury(provider, event):
        found.append(MatchEvent(**base, type=MatchEventType.INJURY_STOPPAGE))
    if not found:
        other[event.event_name or event.event_type.value] += 1
        found = [MatchEvent(**base, type=MatchEventType.OTHER)]
    yield from found


def _match_events(provider: str, event: Event, base: dict[str, Any]) -> Iterator[MatchEvent]:
    if isinstance(event, ShotEvent):
        yield from _shot(provider, event, base)
    kick = shoot_out_kick(provider, event)
    if kick is not None and base["period"] == SHOOT_OUT_PERIOD:
        yield MatchEvent(**base, type=MatchEventType.SHOOT_OUT_KICK, penalty=True, scored=kick)
    if isinstance(event, PassEvent) and _set_piece(event) in SET_PIECES:
        yield MatchEvent(**base, type=SET_PIECES[_set_piece(event)])
    if isinstance(event, SubstitutionEvent):
        yield MatchEvent(
            **{**base, "player": _name(event.replacement_player)}, type=MatchEventType.SUBSTITUTION
        )
    card = _card(provider, event)
    if card is not None:
        yield MatchEvent(**{**base, "id": f"{base['id']}-card"}, type=MatchEventType.CARD, card=card)
    if is_penalty_award(provider, event):
        award = {**for_opponents(base), "id": f"{base['id']}-award", "player": None}
        yield MatchEvent(**award, type=MatchEventType.PENALTY_AWARDED)


def _shot(provider: str, event: ShotEvent, base: dict[str, Any]) -> Iterator[MatchEvent]:
    penalty = _set_piece(event) is SetPieceType.PENALTY
    scored = event.result is ShotResult.GOAL
    if base["period"] == SHOOT_OUT_PERIOD:
        if event.result is not ShotResult.OWN_GOAL:
            yield MatchEvent(**base, type=MatchEventType.SHOOT_OUT_KICK, penalty=True, scored=scored)
    elif event.result is ShotResult.OWN_GOAL or (scored and is_own_goal(provider, event)):
        scorer_side = _side(event.player.team) if event.player is not None else base["side"]
        gained = base if scorer_side is base["side"].opponent else for_opponents(base)
        yield MatchEvent(**gained, type=MatchEventType.GOAL, own_goal=True)
    elif scored:
        yield MatchEvent(**base, type=MatchEventType.GOAL, penalty=penalty)
    elif penalty:
        yield MatchEvent(**base, type=MatchEventType.PENALTY_MISSED, penalty=True)
    elif event.result in SHOT_OUTCOMES:
        yield MatchEvent(
            **base,
            type=MatchEventType.SHOT,
            outcome=SHOT_OUTCOMES[event.result],
            big_chance=is_big_chance(provider, event),
        )


def _position(event: Event) -> dict[str, float]:
    """Return where an entry begins; nothing if the provider does not say."""
    point = event.coordinates
    if point is None or point.x is None or point.y is None:
        return {}
    return position(point.x, point.y)


def _set_piece(event: Event) -> SetPieceType | None:
    for qualifier in event.qualifiers or ():
        if isinstance(qualifier, SetPieceQualifier):
            return qualifier.value
    return None


def _card(provider: str, event: Event) -> Card | None:
    if isinstance(event, CardEvent) and event.card_type is not None:
        return CARDS.get(event.card_type)
    for qualifier in event.qualifiers or ():
        if isinstance(qualifier, CardQualifier) and qualifier.value is not None:
            return CARDS.get(qualifier.value)
    return card_in_entry(provider, event)


def _is_same_card(card: MatchEvent, other: MatchEvent) -> bool:
    # Some feeds have a card both on the foul and as its own entry.
    return (card.period, card.side, card.player, card.card) == (
        other.period,
        other.side,
        other.player,
        other.card,
    ) and abs(card.clock_seconds - other.clock_seconds) < SAME_CARD_SECONDS


def _with_penalties_awarded(match_events: Iterator[MatchEvent]) -> Iterator[MatchEvent]:
    """Add an award before each penalty that has none."""
    awarded: MatchEvent | None = None
    for match_event in sorted(match_events, key=lambda event: event.order):
        if match_event.type is MatchEventType.PENALTY_AWARDED:
            awarded = match_event
        elif match_event.penalty and match_event.type is not MatchEventType.SHOOT_OUT_KICK:
            if awarded is None or not _leads_to(awarded, match_event):
                yield MatchEvent(
                    id=f"{match_event.id}-award",
                    type=MatchEventType.PENALTY_AWARDED,
                    period=match_event.period,
                    clock_seconds=match_event.clock_seconds,
                    side=match_event.side,
                )
            awarded = None
        yield match_event


def _leads_to(award: MatchEvent, kick: MatchEvent) -> bool:
    elapsed = kick.clock_seconds - award.clock_seconds
    return (award.period, award.side) == (kick.period, kick.side) and elapsed <= AWARD_TO_KICK_SECONDS


def _side(team: Any) -> Side | None:
    if team is None:
        return None
    return Side.HOME if team.ground is Ground.HOME else Side.AWAY


def _name(player: Any) -> str | None:
    return readable(player.full_name) if player is not None and player.full_name else None
