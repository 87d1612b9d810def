"""Rotation moves the best components of each slot, and only those that may be shown."""

from hypothesis import given
from hypothesis import strategies as st

from domain.component import Component, Slot
from domain.rotation import ROTATED_PER_SLOT, rotate
from tests.support import builders


def anything(_component: Component) -> bool:
    return True


@given(
    slots=st.lists(st.sampled_from(list(Slot)), max_size=20),
    by=st.integers(0, 50),
    hidden=st.sets(st.integers(0, 19)),
)
def test_two_rotations_in_a_row_differ_in_every_slot_with_a_choice(
    slots: list[Slot], by: int, hidden: set[int]
) -> None:
    ranked = [builders.a_component(f"c{at}", slot) for at, slot in enumerate(slots)]
    allowed = [component for at, component in enumerate(ranked) if at not in hidden]

    def first(slot: Slot, rotated: list[Component]) -> Component | None:
        return next((each for each in rotated if each.slot is slot and each in allowed), None)

    one, other = (rotate(ranked, turn, lambda each: each in allowed) for turn in (by, by + 1))
    assert sorted(each.id for each in one) == sorted(each.id for each in ranked)
    for slot in Slot:
        choices = [each for each in allowed if each.slot is slot][:ROTATED_PER_SLOT]
        if len(choices) > 1:
            assert first(slot, one) != first(slot, other)
        shown = first(slot, one)
        assert shown in choices if choices else shown is None


def test_no_rotation_keeps_the_ranking() -> None:
    ranked = [builders.a_component(name, Slot.TICKER) for name in ("first", "second")]
    assert rotate(ranked, 0, anything) == ranked
