"""What a dataset group keeps of streamed events has a bound."""

import pytest

from local.twin.services.personalize.data import group_data
from local.twin.services.personalize.data.group_data import GroupData, StreamedEvent

KEPT, SENT = 3, 8


def click(number: int) -> StreamedEvent:
    row = {"EVENT_TYPE": "click", "TIMESTAMP": number}
    return StreamedEvent(user_id="u", item_id=f"item-{number}", row=row, impression=())


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> GroupData:
    """A group that keeps three events."""
    monkeypatch.setattr(group_data, "KEPT_EVENTS", KEPT)
    data = GroupData()
    for number in range(SENT):
        data.stream(f"e{number}", click(number))
    return data


def items(data: GroupData) -> list[str | None]:
    return [event.item_id for event in data.streamed]


def test_the_newest_events_are_kept(data: GroupData) -> None:
    assert items(data) == ["item-5", "item-6", "item-7"]


def test_an_event_that_comes_again_soon_counts_once(data: GroupData) -> None:
    data.stream("e7", click(7))
    assert items(data) == ["item-5", "item-6", "item-7"]


def test_the_bound_stays_when_users_are_deleted(data: GroupData) -> None:
    data.delete_users({"somebody"})
    data.stream("e8", click(8))
    assert items(data) == ["item-6", "item-7", "item-8"]
