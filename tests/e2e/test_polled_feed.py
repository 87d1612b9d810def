"""A poller posts a recorded series to the deployed feed endpoint, and the match context follows."""

import asyncio
import json
from pathlib import Path

import pytest

from local.cli import main
from tests.e2e.rig import Rig, eventually
from tests.support.polled_documents import AWAY, HOME, Event, api_football

MATCH_ID = "polled"
pytestmark = pytest.mark.twin


async def test_a_recorded_series_reaches_the_context_of_its_match(rig: Rig, tmp_path: Path) -> None:
    # GIVEN a goal that is scored and withdrawn, and another one with a red card
    goal = Event(kind="goal", minute=23, team=HOME)
    other, red = Event(kind="goal", minute=40, team=AWAY), Event(kind="red", minute=44, team=HOME)
    series = [
        api_football("1H", 24, (1, 0), [goal]),
        api_football("1H", 26, (0, 0), []),
        api_football("1H", 45, (0, 1), [other, red]),
    ]
    paths = [tmp_path / f"{number}.json" for number in range(len(series))]
    for path, document in zip(paths, series, strict=True):
        path.write_text(json.dumps(document))
    key = tmp_path / "feed.key"
    key.write_text(rig.key)
    # WHEN the command posts it
    arguments = ["poll-feed", "--provider", "api-football", "--announce", "--match-id", MATCH_ID]
    arguments += ["--feed-url", rig.outputs.feed_url, "--key-file", str(key), "--documents", *map(str, paths)]
    assert await asyncio.to_thread(main, arguments) == 0
    # THEN the context has the score and the dismissal of the last document
    await eventually(lambda: _score_and_dismissals(rig) == (0, 1, 1, 0), "the context of the last document")


def _score_and_dismissals(rig: Rig) -> tuple[int, ...]:
    """Return the score and the players sent off, home and away, of the match's context."""
    rows = rig.twin.client("dynamodb").scan(TableName=rig.twin.output("MatchesTableName"))["Items"]
    for row in rows:
        if row.get("item", {}).get("S") == "CONTEXT" and MATCH_ID in json.dumps(row):
            context = json.loads(row["context"]["S"])
            score = context["score"]
            return score["home"], score["away"], context["home_sent_off"], context["away_sent_off"]
    return ()
