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


def load_demo_feed() -> Feed:
    """Load the demo's match from the StatsBomb files in kloppy's package."""
    return load_feed(PROVIDER, TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS, fixture=FIXTURE)
