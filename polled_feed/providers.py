"""The readers of polled documents, by provider."""

from collections.abc import Callable, Mapping

from polled_feed.api_football import read_api_football
from polled_feed.football_data import read_football_data
from polled_feed.snapshot import PolledMatch
from polled_feed.sportmonks import read_sportmonks

ReadDocument = Callable[[object, str | None], PolledMatch]
"""Reads one document, of the match with an id if it has several; raises DocumentError."""

READERS: Mapping[str, ReadDocument] = {
    "api-football": read_api_football,
    "football-data": read_football_data,
    "sportmonks": read_sportmonks,
}
