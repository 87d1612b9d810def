"""The match of the demo: Turkey 0-3 Italy, the opening match of Euro 2020."""

from datetime import UTC, datetime

from domain.match import Stage, Venue
from local.play.feeds.bundled import TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS
from local.play.feeds.feed import Feed, Fixture
from local.play.feeds.loading import load_feed

PROVIDER = "statsbomb"
FIXTURE = Fixture(
    kick_off=datetime(2021, 6, 11, 19, 0, 30, tzinfo=UTC),
    competition="Euro 2020",
    stage=Stage.GROUP,
    venue=Venue(name="Stadio Olimpico, Rome", neutral=True),
)
NEXT_MATCHES = (
    {"home": "Wales", "away": "Switzerland", "kickOff": "2021-06-12T13:00:00Z"},
    {"home": "Turkey", "away": "Wales", "kickOff": "2021-06-16T16:00:00Z"},
    {"home": "Italy", "away": "Switzerland", "kickOff": "2021-06-16T19:00:00Z"},
    {"home": "Italy", "away": "Wales", "kickOff": "2021-06-20T16:00:00Z"},
    {"home": "Switzerland", "away": "Turkey", "kickOff": "2021-06-20T16:00:00Z"},
)
"""The other matches of the group."""


def load_demo_feed() -> Feed:
    """Load the demo's match from the StatsBomb files in kloppy's package."""
    return load_feed(PROVIDER, TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS, fixture=FIXTURE)
