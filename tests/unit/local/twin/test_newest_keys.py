"""The newest keys are known, and the oldest are forgotten."""

from local.twin.newest_keys import NewestKeys

MOST = 3


def test_a_key_is_new_once() -> None:
    keys = NewestKeys[str](MOST)
    assert keys.add("a")
    assert not keys.add("a")
    assert "a" in keys


def test_the_oldest_keys_are_forgotten_beyond_the_bound() -> None:
    keys = NewestKeys[int](MOST)
    keys.update(range(10))
    assert len(keys) == MOST
    assert [key for key in range(10) if key in keys] == [7, 8, 9]


def test_keys_that_meet_a_condition_are_removed() -> None:
    keys = NewestKeys[int](MOST)
    keys.update([1, 2, 3])
    keys.remove_if(lambda key: key > 1)
    assert [key for key in (1, 2, 3) if key in keys] == [1]
