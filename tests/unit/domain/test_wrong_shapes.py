"""Whatever comes from outside is read, or refused with the name of the field that is wrong."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.context import MatchContext, initial_context, merge
from domain.controls import Controls
from domain.dispatch_task import DispatchTask
from domain.errors import InvalidFieldError
from domain.match import Match, Score
from domain.moment import Moment
from domain.operation import Operation
from domain.signal import Signal
from domain.situation import Situation
from tests.support.amended_matches import EXAMPLES_VARIABLE
from tests.support.match_moments import MATCH, moment
from tests.support.odd_values import changed, nested
from tests.support.signal_json import GOAL

CONTEXT = merge(
    initial_context(MATCH), MATCH, [moment(1, clock_seconds=60.0, score=Score(home=1))]
) or initial_context(MATCH)
STATEMENTS: tuple[dict[str, Any], ...] = tuple(
    {"matchId": "m1", "reason": "the feed has an error", **fields}
    for fields in (
        {"command": "correct_score", "score": {"home": 1, "away": 0}},
        {"command": "withdraw", "entryId": "e1"},
        {"command": "send_off", "side": "home", "player": "Merih Demiral"},
    )
)
READERS: dict[str, tuple[Callable[[object], object], Mapping[str, Any]]] = {
    "signal": (Signal.from_dict, GOAL),
    "moment": (Moment.from_dict, {**moment(1).to_dict(), "sequence": 5, "situation": Situation().to_dict()}),
    "stored moment": (Moment.from_stored, moment(1).to_dict()),
    "context": (MatchContext.from_dict, CONTEXT.to_dict()),
    "stored context": (MatchContext.from_stored, CONTEXT.to_dict()),
    "task": (DispatchTask.from_dict, DispatchTask(context=CONTEXT, shard=0, trace={"a": 1}).to_dict()),
    "match": (Match.from_dict, {**MATCH.to_dict(), "revision": 1}),
    "operation": (
        Operation.from_dict,
        {
            "command": "inject",
            "matchId": "m1",
            "reason": "the feed is late",
            "moment": {"type": "GOAL", "side": "home", "score": {"home": 1, "away": 0}},
        },
    ),
    **{str(each["command"]): (Operation.from_dict, each) for each in STATEMENTS},
    "controls": (Controls.from_dict, Controls(match_id="m1").holding([moment(1)]).to_dict()),
}


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=int(os.environ.get(EXAMPLES_VARIABLE, "150")))
@given(data=st.data())
def test_a_wrong_shape_raises_the_error_of_its_field(name: str, data: st.DataObject) -> None:
    read, good = READERS[name]
    value = data.draw(changed(good))
    with suppress(InvalidFieldError):
        read(value)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"order": 7}, "order"),
        ({"order": [1, 2]}, "order"),
        ({"order": [1, "two", 3]}, "order[1]"),
        ({"earlier": [{**CONTEXT.to_dict(), "earlier": [CONTEXT.to_dict()]}]}, "earlier[0].earlier"),
        ({"columns": nested(5_000)}, "columns"),
        ({"sequence": "last"}, "sequence"),
    ],
)
@pytest.mark.parametrize("read", [MatchContext.from_dict, MatchContext.from_stored])
def test_a_wrong_field_of_a_context_is_named(
    read: Callable[[object], MatchContext], change: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidFieldError) as caught:
        read({**CONTEXT.to_dict(), **change})
    assert caught.value.field == field


def test_details_of_a_moment_are_plain_values() -> None:
    with pytest.raises(InvalidFieldError) as caught:
        Moment.from_dict({**moment(1).to_dict(), "details": {"effect": {"deep": 1}}})
    assert caught.value.field == "details.effect"
