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


def nested(depth: int) -> Any:
    """Return lists in lists, deeper than Python recurses."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


odd_values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.just("\ud800"),
    st.just(10**400),
    st.builds(nested, st.sampled_from([0, 3, 5_000])),
    st.lists(st.integers() | st.text(max_size=3) | st.none(), max_size=4),
    st.dictionaries(st.text(max_size=5), st.none() | st.integers() | st.lists(st.none()), max_size=3),
)


@st.composite
def changed(draw: st.DrawFn, value: Any) -> Any:
    """A value with one or two of its parts replaced, removed or added."""
    for _ in range(draw(st.integers(1, 2))):
        value = _changed_once(draw, value)
    return value


def _changed_once(draw: st.DrawFn, value: Any) -> Any:
    if isinstance(value, Mapping) and value and draw(st.integers(0, 9)):
        name = draw(st.sampled_from(sorted(value)))
        if not draw(st.integers(0, 4)):
            return {key: each for key, each in value.items() if key != name}
        return {**value, name: _changed_once(draw, value[name])}
    if isinstance(value, list) and value and draw(st.booleans()):
        index = draw(st.integers(0, len(value) - 1))
        return [*value[:index], _changed_once(draw, value[index]), *value[index + 1 :]]
    return draw(odd_values)


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
