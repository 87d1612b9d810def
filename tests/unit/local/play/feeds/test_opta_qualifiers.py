"""Values of Opta's qualifiers that kloppy refuses cost no match."""

import json
from pathlib import Path

import pytest

from local.play.feeds.bundled import BUNDLED_FEEDS
from local.play.feeds.loading import load_feed

MA1, MA3 = BUNDLED_FEEDS / "statsperform_event_ma1.json", BUNDLED_FEEDS / "statsperform_event_ma3.json"


F7, F24 = BUNDLED_FEEDS / "opta_f7.xml", BUNDLED_FEEDS / "opta_f24.xml"


@pytest.mark.parametrize(("qualifier", "value"), [(140, "wide"), (102, ""), (210, "maybe"), (374, "noon")])
def test_an_odd_qualifier_of_stats_perform_costs_itself_only(
    tmp_path: Path, qualifier: int, value: str
) -> None:
    raw = json.loads(MA3.read_text(encoding="utf-8"))
    for event in raw["liveData"]["event"]:
        if event["typeId"] in (1, 13, 14, 15, 16):
            event["qualifier"].append({"id": 1, "qualifierId": qualifier, "value": value})
    changed = tmp_path / "ma3.json"
    changed.write_text(json.dumps(raw))
    feed = load_feed("statsperform", changed, MA1)
    assert feed.other_entries[f"qualifier {qualifier} with an unknown value"] > 0
    plain = load_feed("statsperform", MA3, MA1)
    assert len(feed.signals) == len(plain.signals)


def test_an_unknown_formation_costs_its_change_only(tmp_path: Path) -> None:
    raw = json.loads(MA3.read_text(encoding="utf-8"))
    event = next(each for each in raw["liveData"]["event"] if each["typeId"] == 40)
    next(each for each in event["qualifier"] if each["qualifierId"] == 130)["value"] = "999"
    changed = tmp_path / "ma3.json"
    changed.write_text(json.dumps(raw))
    feed = load_feed("statsperform", changed, MA1)
    assert feed.other_entries["formation change with an unknown value"] == 1


def test_an_odd_qualifier_of_opta_costs_itself_only(tmp_path: Path) -> None:
    content = F24.read_text(encoding="utf-8")
    changed = content.replace('qualifier_id="140" value="', 'qualifier_id="140" value="wide', 1)
    assert changed != content
    odd = tmp_path / "f24.xml"
    odd.write_text(changed, encoding="utf-8")
    feed = load_feed("opta", odd, F7)
    assert feed.other_entries["qualifier 140 with an unknown value"] == 1
    assert len(feed.signals) == len(load_feed("opta", F24, F7).signals)
