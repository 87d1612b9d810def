"""The client's tables of moments name only moments that the server knows."""

import re

import pytest

from domain.moment import MomentType
from paths import ROOT

TABLES = (
    "kit/src/momentWords.ts",
    "remotes/live-poll/src/options.ts",
    "remotes/social-feed/src/lines.ts",
    "control-room/src/commands/HoldForm.tsx",
    "control-room/src/commands/InjectForm.tsx",
    "control-room/src/panels/Timeline.tsx",
)
NAME = re.compile(r'[{,]\s*([A-Z]+(?:_[A-Z]+)*):|"([A-Z]+(?:_[A-Z]+)*)"')


@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_the_client_names_moments_of_the_server(table: str) -> None:
    text = (ROOT / "client" / table).read_text()
    named = {first or second for first, second in NAME.findall(text)}
    assert len(named) > 2
    assert named <= set(MomentType)
