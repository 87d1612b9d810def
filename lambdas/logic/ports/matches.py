"""Matches, their contexts and their controls."""

from collections.abc import Mapping
from typing import Protocol

from domain.announced import Announced
from domain.context import MatchContext
from domain.controls import Controls
from domain.match import Match

MatchState = tuple[Match | None, MatchContext | None, Controls]
"""A match, its newest context and the operators' controls; None for what was never written."""


class MatchReader(Protocol):
    """The newest state of each match."""

    def match_state(self, match_id: str) -> MatchState:
        """Read the match, its newest context and its controls in one consistent read."""


class MatchStore(MatchReader, Protocol):
    """Matches, contexts and controls, with conditional writes."""

    def match(self, match_id: str) -> Match | None:
        """Return the match; None if it was never announced. May be up to half a minute old."""

    def put_match(self, match: Match) -> Announced:
        """Add or replace a match, unless a newer revision was announced."""

    def recent_match_state(self, match_id: str) -> MatchState:
        """Return the match, its context and its controls, which may be a second old."""

    def highest_numbers(self, match_id: str) -> tuple[int, int]:
        """Read consistently which version of the context and revision of the controls are the highest.

        They are written, or are being written; 0 if there is none.
        """

    def newest_version(self, match_id: str) -> int:
        """Return the version of the newest context, 0 if there is none. May be a second old."""

    def put_context(self, context: MatchContext, trace: Mapping[str, int]) -> bool:
        """Write the next version; False if another writer wrote it first."""

    def replace_context(self, context: MatchContext) -> bool:
        """Replace the newest version in place, without a dispatch; False if a newer version exists."""

    def put_controls(self, controls: Controls) -> bool:
        """Write the next revision of the controls; False if another writer wrote it first."""
