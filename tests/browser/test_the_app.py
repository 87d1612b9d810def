"""The app in a real browser shows components and reports interactions."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from domain.validation import format_instant
from local.play.browser.messages import components, placement
from tests.browser.accessibility import violations
from tests.browser.app_rig import KICK_OFF, AppRig, screenshot, wait_for_picture

pytestmark = pytest.mark.browser
ALL = (
    "poll-next-goal", "quiz-rules", "win-probability", "prediction-next-goal", "player-card-scorer",
    "shirt-home", "food-pizza", "feed-fans", "chat-friends", "advert-car", "line-ups", "match-schedule",
)  # fmt: skip
KEEP_START = """document.addEventListener(
    'playing', ({ target }) => { window.playedFrom ??= target.currentTime; }, true
);"""
"""Keep the position at which the video began to play."""
WATCH_BAND_AND_CARD = """() => {
    window.words = null;
    window.areTogether = false;
    const look = () => {
        const band = document.querySelector('[data-band="GOAL"]');
        const card = document.querySelector('[data-component="player-card-scorer"]');
        if (band) window.words = band.textContent.replace(/\\s+/g, " ");
        if (band && card?.checkVisibility({ visibilityProperty: true })) window.areTogether = true;
        requestAnimationFrame(look);
    };
    look();
}"""
"""Note the words of a goal's band, and whether the scorer's card is ever seen together with it."""


def test_every_component_of_the_catalogue_renders(app: AppRig, open_app: Callable[..., Page]) -> None:
    page = open_app()
    wait_for_picture(page)
    for version, component in enumerate(ALL, start=1):
        app.touchline.push(components(version, placement(component), at=KICK_OFF - timedelta(hours=1)))
        region = page.locator(f'[data-component="{component}"]')
        expect(region).to_be_visible()
        expect(region.locator(".remote > *").or_(region.locator(".dismiss")).first).to_be_visible()
        screenshot(page, f"component-{component}")


def test_after_a_moment_its_afterwards_components_are_shown(
    app: AppRig, open_app: Callable[..., Page]
) -> None:
    page = open_app()
    wait_for_picture(page)
    goal = components(
        1,
        placement("player-card-scorer"),
        placement("poll-next-goal"),
        at=app.programme.now(),
        afterwards=(placement("chat-friends"), placement("win-probability")),
        # The picture plays faster than the clock.
        lasts_seconds=24,
    )
    app.touchline.push(goal)
    expect(page.locator('[data-component="chat-friends"]')).to_be_visible(timeout=60_000)
    expect(page.locator('[data-component="win-probability"]')).to_be_visible()
    shown = [each["component"] for each in page.evaluate("window.shown")]
    assert shown.index("player-card-scorer") < shown.index("chat-friends")
    expect(page.locator("[data-slot]")).to_have_count(2)


def test_the_match_so_far_stays_when_nothing_is_due(app: AppRig, open_app: Callable[..., Page]) -> None:
    page = open_app()
    wait_for_picture(page)
    # GIVEN a goal whose components are due for some seconds of the programme
    goal = components(1, placement("poll-next-goal"), at=app.programme.now(), lasts_seconds=20)
    app.touchline.push(goal)
    page.locator('[data-version="1"]').wait_for()
    so_far = page.get_by_role("region", name="The match so far")
    expect(so_far.get_by_text("Goal: Ciro Immobile")).to_be_visible()
    picture = page.locator("video").bounding_box()
    # WHEN their time is over THEN they leave, the match so far stays, and the picture keeps its size
    expect(page.locator("[data-slot]")).to_have_count(0, timeout=60_000)
    expect(so_far.get_by_text("Goal: Ciro Immobile")).to_be_visible()
    assert page.locator("video").bounding_box() == picture
    screenshot(page, "nothing-due")
    assert violations(page) == []


def test_the_statistics_are_those_of_the_viewers_picture(app: AppRig, open_app: Callable[..., Page]) -> None:
    # GIVEN statistics of the past, and some that the picture has not reached
    past, to_come = KICK_OFF - timedelta(hours=1), KICK_OFF + timedelta(hours=3)
    app.statistics.append({"at": format_instant(past), "shots": [3, 9], "redCards": [0, 0]})
    app.statistics.append({"at": format_instant(to_come), "shots": [3, 10], "redCards": [1, 0]})
    page = open_app()
    wait_for_picture(page)
    # THEN the app shows the former, without what neither team has
    statistics = page.get_by_role("region", name="Statistics")
    expect(statistics.get_by_role("row")).to_have_text(["TurkeyItaly", "3Shots9"])
    # WHEN the picture reaches the others, with the next message
    app.statistics[-1]["at"] = format_instant(past)
    app.touchline.push(components(1, placement("feed-fans"), at=past))
    # THEN it shows them
    expect(statistics.get_by_role("row")).to_have_text(["TurkeyItaly", "3Shots10", "1Red cards0"])
    screenshot(page, "statistics")
    assert violations(page) == []


def test_a_viewers_interactions_are_sent(app: AppRig, open_app: Callable[..., Page]) -> None:
    page = open_app()
    wait_for_picture(page)
    app.touchline.push(components(1, placement("poll-next-goal"), at=KICK_OFF - timedelta(hours=1)))
    page.locator('[data-version="1"]').wait_for()
    app.wait_for_report("impression")
    page.get_by_role("button", name="Italy").click()
    # WHEN the viewer closes the poll THEN it can be undone, and the focus returns to where it was
    close = page.get_by_role("button", name="Close Who scores next?")
    close.click()
    expect(page.locator("[data-slot]")).to_have_count(0)
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(close).to_be_focused()
    # WHEN it is not undone THEN the dismissal is reported, once
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    app.wait_for_report("dismissal")
    # AND the focus stays in the region, where the space bar does not pause the picture
    expect(page.locator(".place")).to_be_focused()
    page.keyboard.press("Space")
    assert page.locator("video").evaluate("each => !each.paused")
    assert violations(page) == []
    page.wait_for_timeout(300)
    acts = app.reported()
    assert [act["type"] for act in acts] == ["impression", "conversion", "dismissal"]
    assert {(act["componentId"], act["version"]) for act in acts} == {("poll-next-goal", 1)}
    assert {each["action"] for each in app.touchline.requests} == {"subscribe", "interact"}


def test_a_viewer_sees_why_a_component_is_there_and_asks_for_less_of_it(
    app: AppRig, open_app: Callable[..., Page]
) -> None:
    page = open_app()
    wait_for_picture(page)
    poll = {**placement("poll-next-goal"), "constraints": ["no-quiz-after-a-goal"]}
    app.touchline.push(
        components(1, poll, at=KICK_OFF - timedelta(hours=1), alternatives=(placement("chat-friends"),))
    )
    # WHEN the viewer opens the line with the keyboard
    page.locator(".why summary").press("Enter")
    region = page.locator('[data-component="poll-next-goal"]')
    for words in ("53′ Goal: Ciro Immobile, 0–1", "Viewers like you: for Italy", "No quiz after a goal"):
        expect(region.get_by_text(words)).to_be_visible()
    assert violations(page) == []
    # THEN less of this brings the alternative, and reports a dismissal
    region.get_by_role("button", name="Less of this").click()
    expect(page.locator('[data-component="chat-friends"] .dismiss')).to_be_focused()
    expect(region).to_have_count(0)
    app.wait_for_report("dismissal")
    assert ("dismissal", "poll-next-goal") in [(act["type"], act["componentId"]) for act in app.reported()]
    # AND where a component of that type is the only one, it is shown with the offer to undo this
    app.touchline.push(components(2, placement("poll-big-chance"), at=KICK_OFF - timedelta(hours=1)))
    only = page.locator('[data-component="poll-big-chance"]')
    only.locator(".why summary").click()
    only.get_by_role("button", name="As often as before").click()
    expect(only.get_by_role("button", name="Less of this")).to_be_visible()


def test_the_keys_of_players_work(app: AppRig, open_app: Callable[..., Page]) -> None:
    page = open_app()
    wait_for_picture(page)
    page.wait_for_function(
        "() => { const { paused, seeking } = document.querySelector('video'); return !paused && !seeking; }"
    )
    page.wait_for_timeout(1500)
    video = page.locator("video")
    page.keyboard.press("k")
    page.wait_for_function("() => document.querySelector('video').paused")
    at = video.evaluate("each => each.currentTime")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"() => document.querySelector('video').currentTime < {at}")
    page.keyboard.press("m")
    page.wait_for_function("() => !document.querySelector('video').muted")
    page.keyboard.press("f")
    expect(page.get_by_role("button", name="Leave full screen")).to_be_visible()
    page.keyboard.press("f")
    page.keyboard.press("Space")
    page.wait_for_function("() => !document.querySelector('video').paused")
    # WHEN the focus is in a component's or the header's control THEN its keys are its own
    page.get_by_role("button", name="Switch to light colours").focus()
    page.keyboard.press("k")
    assert video.evaluate("each => each.paused") is False


def test_a_goal_is_a_moment(app: AppRig, open_app: Callable[..., Page]) -> None:
    page = open_app()
    wait_for_picture(page)
    page.evaluate(WATCH_BAND_AND_CARD)
    at = app.programme.now()
    app.touchline.push(components(1, placement("shirt-home"), placement("player-card-scorer"), at=at))
    # WHEN the picture reaches the goal THEN a band says so, the card comes after it, and nothing is sold
    words = page.wait_for_function("() => window.words").json_value()
    assert "Ciro Immobile · Italy" in words
    expect(page.locator('[data-component="player-card-scorer"]')).to_be_visible()
    assert page.evaluate("window.areTogether") is False
    expect(page.locator('[data-component="shirt-home"]')).to_have_count(0)
    # WHEN the band is over THEN the viewer can watch the goal again
    page.get_by_role("button", name="Watch again").click()
    expect(page.locator("[data-band]")).to_have_count(0)
    expect(page.locator('[data-score="0-0"]')).to_be_visible()
    # WHEN twenty seconds have passed since the goal THEN the shirt is there
    page.get_by_role("button", name="go live").click()
    expect(page.locator('[data-component="shirt-home"]')).to_be_visible(timeout=60_000)


def test_a_reload_keeps_the_persona_and_the_position(app: AppRig, context: BrowserContext) -> None:
    context.add_init_script(KEEP_START)
    page = context.new_page()
    page.goto(app.site.url)
    page.get_by_role("button", name="Giulia").click()
    wait_for_picture(page)
    page.wait_for_function("() => document.querySelector('video').currentTime > 8", timeout=60_000)
    # GIVEN a viewer who is behind the live picture
    page.keyboard.press("k")
    page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="go live").wait_for()
    page.wait_for_function("() => !document.querySelector('video').seeking")
    at = page.locator("video").evaluate("each => each.currentTime")
    page.reload()
    # THEN the reload shows the same person the same picture, not the live one
    played_from = page.wait_for_function("() => window.playedFrom", timeout=60_000).json_value()
    assert abs(float(played_from) - at) < 4
    # WHEN the viewer signs out THEN a reload asks again who is watching
    page.get_by_text("Giulia").click()
    page.get_by_role("button", name="Sign out").click()
    page.reload()
    page.get_by_role("heading", name="Who is watching?").wait_for()
