"""Any sequence of documents ends as the last one says, and odd documents raise DocumentError only."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polled_feed.errors import DocumentError
from polled_feed.providers import READERS
from tests.support.polled_documents import AWAY, HOME, PROVIDERS, Event, Polling, document_of

TEAMS = st.sampled_from([HOME, AWAY])
PLAYERS = st.sampled_from(["Ada Quill", "Dan Pike", "Flo Tern"])
EVENTS = st.builds(
    Event,
    kind=st.sampled_from(["goal", "penalty", "yellow", "second", "red", "sub"]),
    minute=st.integers(min_value=1, max_value=90),
    added=st.none() | st.just(2),
    team=TEAMS,
    player=PLAYERS,
    id=st.none() | st.integers(min_value=1, max_value=4),
)
DOCUMENTS = st.tuples(
    st.sampled_from(["first half", "half-time", "second half", "suspended", "finished"]),
    st.integers(min_value=1, max_value=90),
    st.tuples(st.integers(min_value=-1, max_value=1), st.integers(min_value=-1, max_value=1)),
    st.lists(EVENTS, max_size=6),
)


def document(provider: str, drawn: Any) -> tuple[dict[str, Any], tuple[int, int], tuple[int, int]]:
    """Return a document, its score and the players that it has sent off."""
    status, minute, off_by, events = drawn
    goals = [sum(e.kind in ("goal", "penalty") and e.team is team for e in events) for team in (HOME, AWAY)]
    home, away = (max(counted + by, 0) for counted, by in zip(goals, off_by, strict=True))
    off = [
        len({event.player for event in events if event.kind in ("red", "second") and event.team is team})
        for team in (HOME, AWAY)
    ]
    return document_of(provider, status, minute, (home, away), events), (home, away), (off[0], off[1])


@pytest.mark.parametrize("provider", PROVIDERS)
@settings(max_examples=100)
@given(drawn=st.lists(DOCUMENTS, min_size=1, max_size=6))
def test_any_sequence_of_documents_ends_as_the_last_one_says(provider: str, drawn: list[Any]) -> None:
    polling = Polling(provider)
    for each in drawn:
        last, score, sent_off = document(provider, each)
        polling.poll(last)
    polling.poll(last)
    assert polling.poll(last) == ()
    assert (polling.score, polling.sent_off) == (score, sent_off)
    if drawn[-1][0] != "suspended":
        assert (polling.phase == "finished") == (drawn[-1][0] == "finished")


ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def replaced(value: Any, path: list[int], by: Any) -> Any:
    """Return a document in which one value, found by a path of indices, is another."""
    if not path or not isinstance(value, dict | list) or not value:
        return by
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = keys[path[0] % len(keys)]
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[key] = replaced(value[key], path[1:], by)
    return changed


@pytest.mark.parametrize("provider", PROVIDERS)
@settings(max_examples=200)
@given(path=st.lists(st.integers(min_value=0, max_value=12), max_size=6), by=ANYTHING)
def test_an_odd_document_is_read_or_refused(provider: str, path: list[int], by: Any) -> None:
    events = [
        Event(kind="own goal", minute=23, team=HOME, after="1-0"),
        Event(kind="sub", minute=60, team=AWAY),
        Event(kind="red", minute=61, team=AWAY),
    ]
    odd = replaced(document_of(provider, "second half", 62, (1, 0), events), path, by)
    try:
        polled = READERS[provider](odd, None)
    except DocumentError:
        return
    polling = Polling(provider)
    if polled.match.kick_off.year == 2026:
        polling.poll(odd)
        assert polling.poll(odd) == ()
