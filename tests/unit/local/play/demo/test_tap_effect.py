"""The demo shows the effect of taps only where they made a difference."""

from domain.cohort import Cohort, ViewerTraits
from local.play.demo.tap_effect import TapEffect, control_of
from local.play.replay.persona import Message, Persona

SAM = Persona(
    name="Sam",
    traits=ViewerTraits(viewer_id="sam", cohort=Cohort(country="GB")),
    likes="live_poll",
    reports_impressions=True,
)
POLL = {"componentId": "poll", "type": "live_poll", "title": "Next goal?"}
CHAT = {"componentId": "chat", "type": "chat", "title": "Chat"}


def screen(version: int, *placements: Message) -> Message:
    return {"version": version, "placements": list(placements)}


def test_the_summary_names_the_taps_and_what_the_control_sees() -> None:
    effect = TapEffect(tapper=SAM, control=control_of(SAM))
    # GIVEN a first screen that both see, on which Sam taps a poll
    for viewer in (SAM, effect.control):
        effect.message_shown(viewer, screen(1, CHAT, POLL))
    assert effect.summary == ""
    # WHEN the next one has the poll first for Sam alone
    effect.message_shown(effect.control, screen(2, CHAT, POLL))
    effect.message_shown(SAM, screen(2, POLL, CHAT))
    # THEN the summary says so
    assert effect.summary == (
        "After 1 tap on live polls, Sam now sees “Next goal?” first; "
        "a viewer with the same traits and no taps sees “Chat”."
    )


def test_a_component_that_both_see_first_is_no_effect_of_the_taps() -> None:
    effect = TapEffect(tapper=SAM, control=control_of(SAM))
    for version in (1, 2):
        for viewer in (SAM, effect.control):
            effect.message_shown(viewer, screen(version, POLL, CHAT))
    assert effect.summary == ""


def test_a_control_has_the_same_traits_and_impressions_and_taps_nothing() -> None:
    control = control_of(SAM)
    assert (control.traits.cohort, control.traits.consents) == (SAM.traits.cohort, SAM.traits.consents)
    assert control.traits.viewer_id != SAM.traits.viewer_id
    assert control.reports_impressions is SAM.reports_impressions is True
    assert control.taps(screen(1, POLL)) == []


def test_the_explanation_says_what_is_compared() -> None:
    effect = TapEffect(tapper=SAM, control=control_of(SAM))
    assert effect.explanation == (
        "Sam taps every live poll once; Sam (control) has the same traits and past, and taps nothing."
    )
