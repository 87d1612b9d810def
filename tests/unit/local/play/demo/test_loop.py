"""What the demo tells of the loop: a line only where the taps made a difference."""

from domain.cohort import Cohort, ViewerTraits
from local.play.demo.loop import ClosedLoop, double_of
from local.play.replay.watcher import Message, Persona

SAM = Persona(
    name="Sam", traits=ViewerTraits(viewer_id="sam", cohort=Cohort(country="GB")), likes="live_poll"
)
POLL = {"componentId": "poll", "type": "live_poll", "title": "Next goal?"}
CHAT = {"componentId": "chat", "type": "chat", "title": "Chat"}


def screen(version: int, *placements: Message) -> Message:
    return {"version": version, "placements": list(placements)}


def test_the_line_names_the_taps_and_what_the_double_sees() -> None:
    loop = ClosedLoop(tapper=SAM, double=double_of(SAM))
    # GIVEN a first screen which both see, and on which Sam taps a poll
    for viewer in (SAM, loop.double):
        loop.shown(viewer, screen(1, CHAT, POLL))
    assert loop.told == ""
    # WHEN the next one has the poll first for Sam alone
    loop.shown(loop.double, screen(2, CHAT, POLL))
    loop.shown(SAM, screen(2, POLL, CHAT))
    # THEN it is told
    assert loop.told == (
        "After 3 taps on live polls, Sam now sees “Next goal?” first; "
        "Sam's double, with the same traits and no tap, sees “Chat”."
    )


def test_what_both_see_first_is_no_work_of_the_taps() -> None:
    loop = ClosedLoop(tapper=SAM, double=double_of(SAM))
    for version in (1, 2):
        for viewer in (SAM, loop.double):
            loop.shown(viewer, screen(version, POLL, CHAT))
    assert loop.told == ""


def test_a_double_shares_every_trait_and_likes_nothing() -> None:
    double = double_of(SAM)
    assert (double.traits.cohort, double.traits.consents) == (SAM.traits.cohort, SAM.traits.consents)
    assert double.traits.viewer_id != SAM.traits.viewer_id
    assert double.taps(screen(1, POLL)) == []
