"""An MA1 file of Stats Perform may be a list of matches."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.play.feeds.bundled import BUNDLED_FEEDS
from local.play.feeds.errors import FeedError
from local.play.feeds.loading import load_feed

MA1, MA3 = BUNDLED_FEEDS / "statsperform_event_ma1.json", BUNDLED_FEEDS / "statsperform_event_ma3.json"


def value_of(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def written(path: Path, value: Any) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_an_ma1_file_may_be_a_list(tmp_path: Path) -> None:
    plain = load_feed("statsperform", MA3, MA1)
    other = {"matchInfo": {"id": "another"}}
    for matches in ([value_of(MA1)], [other, value_of(MA1)]):
        listed = written(tmp_path / "ma1.json", {"match": matches})
        assert load_feed("statsperform", MA3, listed) == plain


def test_a_list_without_the_match_is_refused(tmp_path: Path) -> None:
    others = [{"matchInfo": {"id": "another"}}, {"matchInfo": {"id": "third"}}]
    with pytest.raises(FeedError, match="a list of 2 matches without the match"):
        load_feed("statsperform", MA3, written(tmp_path / "ma1.json", {"match": others}))
