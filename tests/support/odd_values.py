"""JSON values that are almost right, as hypothesis strategies."""

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

TOO_DEEP = "[" * 20_000 + "]" * 20_000
"""JSON that is too deep to parse."""


def as_json(value: object) -> str:
    """Return JSON; a value too deep for Python to encode becomes a text too deep to parse."""
    try:
        return json.dumps(value)
    except RecursionError:
        return '{"matchId":' + TOO_DEEP + "}"


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
