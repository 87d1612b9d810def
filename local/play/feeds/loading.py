"""Load a feed file of any provider that kloppy reads."""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from kloppy import datafactory, impect, metrica, opta, sportec, statsbomb, statsperform, wyscout
from kloppy.exceptions import KloppyError

from domain.match import Match, Venue
from domain.validation import EARLIEST, LATEST
from local.play.feeds.errors import FeedError
from local.play.feeds.feed import Feed, Fixture, ParsedFeed
from local.play.feeds.files import read_bytes, read_json
from local.play.feeds.kloppy_reading import read_dataset
from local.play.feeds.opta_qualifiers import without_odd_qualifiers
from local.play.feeds.signal_times import UNKNOWN_KICK_OFF, build_signals
from local.play.feeds.stats_perform import one_match
from local.play.feeds.statsbomb_line_ups import line_ups_from_events
from local.play.feeds.wyscout_v2 import is_wyscout_v2, read_wyscout_v2
from local.play.feeds.wyscout_v3 import substitutions

Loader = Callable[[bytes, bytes], Any]

WITH_METADATA: dict[str, tuple[str, Loader]] = {
    "statsbomb": ("the line-ups (lineups/<match>.json)", lambda e, m: statsbomb.load(e, m)),
    "opta": ("the F7 file", lambda e, m: opta.load(f7_data=m, f24_data=e)),
    "statsperform": (
        "the MA1 file",
        lambda e, m: statsperform.load_event(ma1_data=one_match(m, e), ma3_data=e),
    ),
    "sportec": ("the match information", lambda e, m: sportec.load_event(event_data=e, meta_data=m)),
    "metrica": ("the EPTS metadata", lambda e, m: metrica.load_event(event_data=e, meta_data=m)),
    "impect": ("the line-ups", lambda e, m: impect.load(event_data=e, lineup_data=m)),
}
ALONE: dict[str, Loader] = {
    "datafactory": lambda e, _: datafactory.load(e),
    "wyscout": lambda e, _: wyscout.load(e),
}
JSON_METADATA = frozenset({"statsbomb", "impect"})
WITH_QUALIFIERS = frozenset({"opta", "statsperform"})
PROVIDERS = tuple(sorted([*WITH_METADATA, *ALONE]))

_NOT_A_FEED = (
    KloppyError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    StopIteration,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What kloppy's loaders raise for a file of another kind: they do not validate before reading."""


def load_feed(
    provider: str,
    events: Path,
    metadata: Path | None = None,
    *,
    fixture: Fixture | None = None,
    all_entries: bool = False,
) -> Feed:
    """Load the match and the signals of a feed file; raises FeedError that says what was expected."""
    reading = _read(provider.lower(), events, metadata)
    if not reading.match_events:
        raise FeedError(events, f"the entries of a {provider} match", "no entries")
    fixture = fixture or Fixture()
    kick_off = fixture.kick_off or reading.kick_off or UNKNOWN_KICK_OFF
    if not EARLIEST <= kick_off < LATEST:
        raise FeedError(events, "a kick-off in the years 1900 to 2199", kick_off.isoformat())
    match = Match(
        id=reading.match_id,
        competition=fixture.competition or reading.competition or provider,
        stage=fixture.stage,
        venue=fixture.venue or Venue(name=f"Home of {reading.home.name}"),
        home=reading.home,
        away=reading.away,
        kick_off=kick_off,
        line_ups=reading.line_ups,
    )
    signals = build_signals(reading, provider.lower(), kick_off, all_entries=all_entries)
    return Feed(match=match, signals=signals, other_entries=reading.other_entries)


def _read(provider: str, events: Path, metadata: Path | None) -> ParsedFeed:
    if provider not in PROVIDERS:
        raise FeedError(events, f"one of the providers {', '.join(PROVIDERS)}", provider)
    article = "an" if provider[0] in "aeiou" else "a"
    expected = f"{article} {provider} event feed"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if provider == "wyscout":
                return _read_wyscout(events, expected)
            dataset, lost = _load(provider, events, metadata, expected)
            parsed = read_dataset(provider, dataset, _match_id(events))
            return replace(parsed, other_entries={**parsed.other_entries, **lost})
    except _NOT_A_FEED as error:
        if metadata is not None and provider in WITH_METADATA:
            expected = f"{expected} that goes with {WITH_METADATA[provider][0]} in {metadata}"
        raise FeedError(events, expected, _what_came(error)) from error


def _what_came(error: Exception) -> str:
    """Return what an error of kloppy says about a file: which field is missing, or why it cannot be read."""
    if isinstance(error, KeyError):
        return f"one without the field {error}"
    reason = " ".join(str(error).split())[:200]
    if isinstance(error, KloppyError):
        return reason
    return f"what cannot be read as one ({reason})" if reason else "what cannot be read as one"


def _read_wyscout(events: Path, expected: str) -> ParsedFeed:
    raw = read_json(events, expected)
    if is_wyscout_v2(raw):
        return read_wyscout_v2(raw)
    dataset = ALONE["wyscout"](read_bytes(events, expected), b"")
    parsed = read_dataset("wyscout", dataset, _match_id(events))
    return replace(parsed, match_events=(*parsed.match_events, *substitutions(raw, parsed)))


def _load(provider: str, events: Path, metadata: Path | None, expected: str) -> tuple[Any, Mapping[str, int]]:
    """Return kloppy's data set, and what it could not read, counted by name."""
    content = read_bytes(events, expected)
    if provider in ALONE:
        return ALONE[provider](content, b""), {}
    wanted, load = WITH_METADATA[provider]
    if metadata is None and provider == "statsbomb":
        return load(content, line_ups_from_events(read_json(events, expected))), {}
    if metadata is None:
        raise FeedError(events, f"{wanted} of the match beside the {provider} events (--metadata)", "none")
    line_ups = read_bytes(metadata, wanted)
    if provider in JSON_METADATA:
        read_json(metadata, wanted)  # kloppy does not say which of the files is not JSON
    try:
        return load(content, line_ups), {}
    except _NOT_A_FEED:
        if provider not in WITH_QUALIFIERS:
            raise
        readable, lost = without_odd_qualifiers(content)
        if not lost:
            raise
        return load(readable, line_ups), lost


def _match_id(events: Path) -> str:
    """Return a match id for entries without one: digits in the file's name, else the name."""
    name = events.name.split(".")[0]
    numbers = [part for part in name.replace("-", "_").split("_") if part.isdigit()]
    return numbers[0] if numbers else name
