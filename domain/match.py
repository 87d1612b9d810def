"""The live event being streamed: teams, venue, competition and kick-off."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.validation import Reader, format_instant


class Side(StrEnum):
    """One of the two teams of a match, as in the fixture."""

    HOME = "home"
    AWAY = "away"

    @property
    def opponent(self) -> "Side":
        """The other team."""
        return Side.AWAY if self is Side.HOME else Side.HOME


class Stage(StrEnum):
    """The match type within its competition."""

    LEAGUE = "league"
    GROUP = "group"
    KNOCKOUT = "knockout"
    FINAL = "final"
    FRIENDLY = "friendly"


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Score:
    """Goals of the home and the away team, without shoot-out kicks."""

    home: int = 0
    away: int = 0

    @property
    def difference(self) -> int:
        """Home goals minus away goals."""
        return self.home - self.away

    @property
    def leader(self) -> Side | None:
        """The side that leads; None when level."""
        if self.home == self.away:
            return None
        return Side.HOME if self.home > self.away else Side.AWAY

    def plus(self, side: Side, goals: int = 1) -> "Score":
        """Return the score with `goals` added to a side; a negative number subtracts."""
        if side is Side.HOME:
            return Score(home=self.home + goals, away=self.away)
        return Score(home=self.home, away=self.away + goals)

    def of(self, side: Side) -> int:
        """Return the goals of one side."""
        return self.home if side is Side.HOME else self.away

    def to_dict(self) -> dict[str, int]:
        """Return `{"home": int, "away": int}`."""
        return {"home": self.home, "away": self.away}

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Score":
        """Read a score; goals are 0 to 99."""
        reader = Reader(value, path)
        return Score(
            home=reader.integer("home", minimum=0, maximum=99),
            away=reader.integer("away", minimum=0, maximum=99),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A team; the id is the provider's."""

    id: str
    name: str

    def to_dict(self) -> dict[str, str]:
        """Return `{"id", "name"}`."""
        return {"id": self.id, "name": self.name}

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Team":
        """Read a team."""
        reader = Reader(value, path)
        return Team(id=reader.text("id"), name=reader.text("name"))


GOALKEEPER = "goalkeeper"
"""The position, in a line-up, of the player who starts in goal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """A player of a line-up; the `position` at kick-off is known if the feed says it."""

    id: str
    name: str
    side: Side
    position: str | None = None

    def to_dict(self) -> dict[str, str]:
        """Return `{"id", "name", "side", "position"}`, without an unknown position."""
        position = {"position": self.position} if self.position else {}
        return {"id": self.id, "name": self.name, "side": self.side.value, **position}

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Player":
        """Read a player."""
        reader = Reader(value, path)
        return Player(
            id=reader.text("id"),
            name=reader.text("name"),
            side=reader.choice("side", Side),
            position=reader.optional(reader.text, "position", max_length=100),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Venue:
    """Where the match is played; on neutral ground neither team is at home."""

    name: str
    neutral: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return `{"name", "neutral"}`."""
        return {"name": self.name, "neutral": self.neutral}

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Venue":
        """Read a venue."""
        reader = Reader(value, path)
        return Venue(name=reader.text("name"), neutral=reader.boolean("neutral"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The live event being streamed.

    `revision` orders a match's announcements: an older one does not replace a newer one.
    """

    id: str
    competition: str
    stage: Stage
    venue: Venue
    home: Team
    away: Team
    kick_off: datetime
    line_ups: tuple[Player, ...] = field(default=())
    revision: int | None = None

    def team(self, side: Side) -> Team:
        """Return the team of a side."""
        return self.home if side is Side.HOME else self.away

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-safe form; the inverse of `from_dict`."""
        fields = {
            "id": self.id,
            "competition": self.competition,
            "stage": self.stage.value,
            "venue": self.venue.to_dict(),
            "home": self.home.to_dict(),
            "away": self.away.to_dict(),
            "kick_off": format_instant(self.kick_off),
            "line_ups": [player.to_dict() for player in self.line_ups],
        }
        return fields if self.revision is None else {**fields, "revision": self.revision}

    @staticmethod
    def from_dict(value: object, path: str = "") -> "Match":
        """Read a match; raises InvalidFieldError that names the first wrong field."""
        reader = Reader(value, path)
        return Match(
            id=reader.text("id", max_length=100),
            competition=reader.text("competition"),
            stage=reader.choice("stage", Stage),
            venue=reader.nested("venue", Venue.from_dict),
            home=reader.nested("home", Team.from_dict),
            away=reader.nested("away", Team.from_dict),
            kick_off=reader.instant("kick_off"),
            line_ups=reader.items("line_ups", Player.from_dict, maximum=100),
            revision=reader.optional(reader.integer, "revision", minimum=0),
        )
