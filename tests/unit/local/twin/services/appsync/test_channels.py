"""The syntax of channels and of subscriptions, by the rules of the documentation."""

import pytest

from local.twin.services.appsync.channels import namespace_of, read_channel, read_pattern

LONGEST = "a" * 50


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("default/channel", "/default/channel"),
        ("/default/channel/", "/default/channel"),
        ("/default", "/default"),
        (f"/n/{LONGEST}/c/d/e", f"/n/{LONGEST}/c/d/e"),
        ("/a/b/c/d/e/f", None),
        (f"/n/{LONGEST}a", None),
        ("/n/-a", None),
        ("/n/a_b", None),
        ("/n//b", None),
        ("/n/*", None),
        ("", None),
        (None, None),
    ],
)
def test_a_channel_has_up_to_five_segments_of_up_to_fifty_characters(
    text: object, channel: str | None
) -> None:
    assert read_channel(text) == channel


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("/default/channel", "/default/channel"),
        ("default/*", "/default/*"),
        ("/default/a/*", "/default/a/*"),
        ("/*", None),
        ("/default/*/a", None),
        ("/default/a*", None),
    ],
)
def test_only_the_end_of_a_subscription_may_stand_for_any_segments(text: str, pattern: str | None) -> None:
    assert read_pattern(text) == pattern


def test_the_first_segment_is_the_namespace() -> None:
    assert [namespace_of(each) for each in ("/news", "/news/latest", "/news/*")] == ["news"] * 3
