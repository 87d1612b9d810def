"""A component counts as seen once it was on the screen for a second, once for each version."""

from local.play.replay.persona_screen import NO_VERSION, ScreenKind, Shown
from local.play.replay.seen_components import SeenComponents


def screen(version: int, *component_ids: str) -> Shown:
    placements = {slot: {"componentId": slot} for slot in component_ids}
    return Shown(kind=ScreenKind.MOMENT, message={"version": version}, placements=placements)


def ids(seen: SeenComponents, shown: Shown, now: float) -> list[str]:
    return [each["componentId"] for each in seen.look(shown, now)]


def test_a_component_counts_after_a_second_and_once() -> None:
    seen = SeenComponents()
    shown = screen(1, "poll", "quiz")
    assert [ids(seen, shown, now) for now in (0, 0.9, 1.0, 5.0)] == [[], [], ["poll", "quiz"], []]


def test_what_left_before_does_not_count_and_starts_again() -> None:
    seen = SeenComponents()
    ids(seen, screen(1, "poll"), 0)
    assert ids(seen, NO_VERSION, 0.5) == []
    assert [ids(seen, screen(1, "poll"), now) for now in (1.2, 2.1, 2.2)] == [[], [], ["poll"]]


def test_the_same_component_counts_again_for_the_next_version() -> None:
    seen = SeenComponents()
    for now in (0, 1):
        ids(seen, screen(1, "poll"), now)
    assert [ids(seen, screen(2, "poll"), now) for now in (2, 3)] == [[], ["poll"]]


def test_what_was_reported_by_a_tap_is_not_reported_again() -> None:
    seen = SeenComponents()
    seen.add(1, ["poll"])
    assert [ids(seen, screen(1, "poll", "quiz"), now) for now in (0, 1)] == [[], ["quiz"]]
