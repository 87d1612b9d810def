"""The closing table: in words, and with the reason where delivered and sent differ."""

import io
from typing import Any

import pytest
from rich.console import Console

from domain.match import Score
from domain.moment import MomentType
from local.play.demo.summary import summary_table
from local.play.replay.deliveries import DeliveryLog
from local.play.replay.report import build_report
from tests.support.match_moments import MATCH, moment

COUNTS = {"sent": 3.0, "gone": 1.0, "failed": 0.0, "calls": 2.0, "cache_hits": 1.0, "throttled": 0.0}


def report() -> dict[str, Any]:
    kinds = (MomentType.KICK_OFF, MomentType.SHOT_ON_TARGET, MomentType.SHOT_ON_TARGET, MomentType.GOAL)
    moments = [moment(number, kind, score=Score(home=number // 3)) for number, kind in enumerate(kinds)]
    return build_report(
        match=MATCH, engine="embedded", moments=moments, contexts=[{}], log=DeliveryLog(), counts=COUNTS
    )


def printed(of: dict[str, Any]) -> str:
    console = Console(file=io.StringIO(), width=220)
    with console.capture() as captured:
        console.print(summary_table(of))
    return captured.get()


def test_moments_and_reasons_are_in_words() -> None:
    of = report()
    of["deliveries"]["by_rung"] |= {"cohort": 7, "editorial": 2}
    table = printed(of)
    assert "Turkey 1-0 Italy" in table
    assert "kick-off, Turkey had a shot on target (2 times), Turkey scored" in table
    assert "7 ranked for viewers like this one, 2 the editors' choice " in table
    assert "SHOT_ON_TARGET" not in table
    assert "rung" not in table


@pytest.mark.parametrize(
    ("sent", "delivered", "told"),
    [
        (7, 7, "7 sent, 7 delivered "),
        (7, 5, "7 sent, 5 delivered: 2 went to open pages, or to viewers who left"),
        (7, 8, "7 sent, 8 delivered: 1 were sent again, and shown once"),
    ],
)
def test_sent_and_delivered_agree_or_the_reason_is_told(sent: int, delivered: int, told: str) -> None:
    of = report()
    of["deliveries"] |= {"sent": sent, "delivered": delivered}
    assert told in printed(of)
