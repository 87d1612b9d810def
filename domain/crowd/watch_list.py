"""The matches to follow, and the keywords by which a post is about one of them."""

import re
from dataclasses import dataclass
from typing import Any

from domain.errors import InvalidFieldError
from domain.validation import Reader, read_text

MAX_MATCHES = 500
MAX_KEYWORDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedMatch:
    """A match and its keywords, such as team names and hashtags; a post with any of them is about it."""

    match_id: str
    keywords: tuple[str, ...]

    @staticmethod
    def from_dict(value: object, path: str = "") -> "WatchedMatch":
        """Read a watched match; raises InvalidFieldError that names the first wrong or missing field."""
        reader = Reader(value, path)
        keywords = reader.items("keywords", read_text, maximum=MAX_KEYWORDS)
        if not keywords:
            raise InvalidFieldError(reader.path("keywords"), f"a list of 1 to {MAX_KEYWORDS} keywords", [])
        return WatchedMatch(match_id=reader.text("match_id", max_length=100), keywords=keywords)


class WatchList:
    """Finds the matches that a text is about, in one pass over it for all matches."""

    def __init__(self, matches: tuple[WatchedMatch, ...] = ()) -> None:
        self.matches = matches
        self._by_keyword: dict[str, set[str]] = {}
        for match in matches:
            for keyword in match.keywords:
                self._by_keyword.setdefault(keyword.casefold(), set()).add(match.match_id)
        longest_first = sorted(self._by_keyword, key=len, reverse=True)
        pattern = "|".join(re.escape(keyword) for keyword in longest_first)
        self._pattern = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") if pattern else None

    @staticmethod
    def from_dict(value: Any) -> "WatchList":
        """Read `{"matches": [...]}`."""
        return WatchList(Reader(value).items("matches", WatchedMatch.from_dict, maximum=MAX_MATCHES))

    @property
    def match_ids(self) -> set[str]:
        """The ids of the followed matches."""
        return {match.match_id for match in self.matches}

    def matches_of(self, text: str) -> set[str]:
        """Return the ids of the matches that a text is about."""
        if self._pattern is None:
            return set()
        found: set[str] = set()
        for keyword in self._pattern.findall(text.casefold()):
            found |= self._by_keyword[keyword]
        return found
