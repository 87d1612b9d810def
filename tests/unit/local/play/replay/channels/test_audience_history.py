"""An app's record of versions finds what a channel has lost."""

from typing import Any

from local.play.replay.channels.audience_history import AudienceHistory


def message(version: int, *missed: int, rung: str = "cohort") -> dict[str, Any]:
    return {"version": version, "rung": rung, "missed": [message(each) for each in missed]}


def versions(messages: list[Any]) -> list[int]:
    return [each["version"] for each in messages]


def is_gapless(history: AudienceHistory) -> bool:
    return history.is_gapless


def test_a_version_that_does_not_follow_the_one_before_is_a_gap_until_a_document_covers_it() -> None:
    history = AudienceHistory()
    # GIVEN an app whose document has version 4
    history.add(message(4))
    assert not is_gapless(history)
    history.cover(4)
    assert is_gapless(history)
    # WHEN version 5 comes, and version 7 after it
    for version in (5, 7):
        history.follow(version)
        history.add(message(version))
    # THEN version 6 is missing
    assert not is_gapless(history)
    # AND the document gives it, and nothing that is known
    assert versions(history.add(message(7, 4, 5, 6))) == [6]
    history.cover(7)
    assert is_gapless(history)


def test_what_a_document_never_gives_is_given_up() -> None:
    history = AudienceHistory()
    history.add(message(3))
    history.give_up()
    assert history.is_gapless


def test_a_new_subscription_may_have_missed_something() -> None:
    history = AudienceHistory()
    history.add(message(3))
    history.cover(3)
    history.reopen()
    assert not history.is_gapless


def test_a_version_is_new_once_and_again_when_it_is_made_for_the_viewer() -> None:
    history = AudienceHistory()
    assert versions(history.add(message(3))) == [3]
    assert versions(history.add(message(3))) == []
    assert versions(history.add(message(3, rung="viewer"))) == [3]
    assert versions(history.add(message(3))) == []
