"""Read values of a document whose fields may be missing or odd; what must be there raises DocumentError."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from domain.match import Score, Side, Team
from domain.validation import EARLIEST, LATEST
from polled_feed.errors import DocumentError

MAX_TEXT = 200
MAX_GOALS = 99


def field_of(value: Any, *path: str) -> Any:
    """Return a nested field; None if any part of the path is missing."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def text_of(value: object) -> str | None:
    """Return a text or a number as text; None if it is empty or anything else."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        return None
    return value.strip()[:MAX_TEXT].encode(errors="replace").decode()


def integer_of(value: object) -> int | None:
    """Return a whole number, also one that is written as text; None for anything else."""
    if isinstance(value, str) and value.strip().isdecimal():
        value = int(value.strip()[:9])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def items_of(value: object) -> Sequence[Any]:
    """Return a list; an empty one for anything else."""
    return value if isinstance(value, list) else ()


def score_of(home: object, away: object) -> Score | None:
    """Return a score; None unless both sides have a number of goals."""
    goals = integer_of(home), integer_of(away)
    if goals[0] is None or goals[1] is None or not all(0 <= each <= MAX_GOALS for each in goals if each):
        return None
    return Score(home=goals[0], away=goals[1]) if min(goals[0], goals[1]) >= 0 else None


def instant_of(value: object) -> datetime | None:
    """Return a time, given in ISO 8601 or as epoch seconds; a time without an offset is in UTC."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            parsed = datetime.fromtimestamp(value, UTC)
        elif isinstance(value, str):
            parsed = datetime.fromisoformat(value)
        else:
            return None
    except (ValueError, OverflowError, OSError):
        return None
    parsed = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed
    return parsed.astimezone(UTC) if EARLIEST <= parsed < LATEST else None


def required_instant(value: object, name: str) -> datetime:
    """Return a time; raises DocumentError."""
    instant = instant_of(value)
    if instant is None:
        raise DocumentError(name, "a time in ISO 8601", value)
    return instant


def required_team(value: object, name: str) -> Team:
    """Return a team; raises DocumentError."""
    team_id, team_name = text_of(field_of(value, "id")), text_of(field_of(value, "name"))
    if team_id is None or team_name is None:
        raise DocumentError(name, "a team with an id and a name", value)
    return Team(id=team_id, name=team_name)


def side_of(team_id: object, home: Team, away: Team) -> Side | None:
    """Return the side of a team; None if it is neither."""
    return {home.id: Side.HOME, away.id: Side.AWAY}.get(text_of(team_id) or "")


def one_match(candidates: Sequence[Any], match_id: str | None, id_path: tuple[str, ...]) -> Any:
    """Return the match of a document: the only one, or the one with the id; raises DocumentError."""
    if len(candidates) == 1:
        return candidates[0]
    for candidate in candidates:
        if match_id is not None and text_of(field_of(candidate, *id_path)) == match_id:
            return candidate
    expected = "one match" if match_id is None else f"one match, or the match {match_id}"
    raise DocumentError("document", expected, f"{len(candidates)} matches")
