"""A failing partner is replaced, and neither the shell nor its neighbours are affected."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from local.play.browser.messages import components, placement
from tests.browser.app_rig import BEFORE, REPORTS, AppRig, screenshot, wait_for_picture
from tests.browser.partners import FAULTS, Fault, of_another_hash, slow

pytestmark = pytest.mark.browser


@pytest.fixture
def page(app: AppRig, open_app: Callable[..., Page]) -> Page:
    """A page with a working neighbour on it."""
    page = open_app()
    wait_for_picture(page)
    app.touchline.push(components(1, placement("win-probability"), at=BEFORE))
    page.locator('[data-component="win-probability"]').evaluate("node => { node.mark = 'same'; }")
    return page


def test_each_fault_is_replaced_by_the_next_placement(
    app: AppRig, open_app: Callable[..., Page], page: Page
) -> None:
    durations_ms: dict[str, float] = {}
    for version, fault in enumerate(FAULTS, start=2):
        durations_ms[fault.__name__] = _falls_back(app, page, version, fault)
        # The failing one leaves the screen before the next fault.
        app.touchline.push(components(100 * version, placement("win-probability"), at=BEFORE))
        expect(page.locator("[data-slot='side_panel']")).to_have_count(0)
        page.unroute_all(behavior="ignoreErrors")
    assert page.evaluate("globalThis.tampered") is None
    neighbour = page.locator('[data-component="win-probability"]')
    assert neighbour.evaluate("node => node.mark") == "same"
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "fallback_ms.json").write_text(json.dumps(durations_ms))
    print(json.dumps({"figure": "fallback_ms", **durations_ms}))


def _falls_back(app: AppRig, page: Page, version: int, fault: Fault) -> float:
    """Place a failing component; return the milliseconds until its replacement was on the screen."""
    broken = {**fault(page), "componentId": f"broken-{version}"}
    replacement = placement("chat-friends")
    start = page.evaluate("performance.now()")
    app.touchline.push(
        components(
            100 * version - 50, broken, placement("win-probability"), at=BEFORE, alternatives=(replacement,)
        )
    )
    expect(page.locator('[data-component="chat-friends"]'), fault.__name__).to_be_visible(timeout=60_000)
    shown = page.evaluate("window.shown.filter(each => each.component === 'chat-friends').at(-1).at")
    return round(float(shown - start), 1)


def test_two_slow_partners_cost_one_timeout(app: AppRig, page: Page) -> None:
    best = {**slow(page), "componentId": "slow-best"}
    slower = placement("poll-next-goal", url="/remotes/slower/remoteEntry.js")
    second = {**slower, "componentId": "slow-second"}
    page.route("**/remotes/slower/remoteEntry.js*", lambda _: None)
    start = page.evaluate("performance.now()")
    replacements = (second, placement("chat-friends"))
    app.touchline.push(components(2, best, at=BEFORE, alternatives=replacements))
    expect(page.locator('[data-component="chat-friends"]')).to_be_visible(timeout=60_000)
    shown = page.evaluate("window.shown.filter(each => each.component === 'chat-friends').at(-1).at")
    print(json.dumps({"figure": "fallback_of_two_slow_ms", "value": round(float(shown - start), 1)}))


def test_a_script_that_does_not_match_its_hash_never_runs(app: AppRig, page: Page) -> None:
    app.touchline.push(components(2, of_another_hash(page), at=BEFORE))
    page.wait_for_timeout(1000)
    assert page.evaluate("globalThis.tampered") is None
    expect(page.locator("[data-slot='side_panel']")).to_have_count(0)


def test_a_frozen_component_leaves_the_screen_at_once(app: AppRig, page: Page) -> None:
    app.touchline.push(
        components(2, placement("poll-next-goal"), at=BEFORE, alternatives=(placement("shirt-home"),))
    )
    expect(page.locator('[data-component="poll-next-goal"]')).to_be_visible()
    # WHEN a version that this picture has not reached freezes the component
    later = app.programme.now() + timedelta(hours=1)
    app.touchline.push(components(3, placement("quiz-rules"), at=later, frozen=("poll-next-goal",)))
    # THEN the next best one takes its place, although the picture is an hour away from that version
    expect(page.locator('[data-component="shirt-home"]')).to_be_visible()
    screenshot(page, "frozen")


def test_a_component_that_is_switched_off_is_not_shown(app: AppRig, open_app: Callable[..., Page]) -> None:
    app.off.append("poll-next-goal")
    page = open_app()
    wait_for_picture(page)
    app.touchline.push(
        components(2, placement("poll-next-goal"), at=BEFORE, alternatives=(placement("shirt-home"),))
    )
    expect(page.locator('[data-component="shirt-home"]')).to_be_visible()
    expect(page.locator('[data-component="poll-next-goal"]')).to_have_count(0)


def test_a_partner_that_failed_to_load_is_shown_later(app: AppRig, page: Page) -> None:
    # GIVEN a partner that does not answer
    page.route("**/remotes/live-poll/remoteEntry.js*", lambda route: route.abort())
    poll = components(2, placement("poll-next-goal"), at=BEFORE, alternatives=(placement("shirt-home"),))
    app.touchline.push(poll)
    expect(page.locator('[data-component="shirt-home"]')).to_be_visible()
    # WHEN it answers again, and a later message places it after the pause
    page.unroute_all(behavior="ignoreErrors")
    page.wait_for_timeout(10_500)
    app.touchline.push({**poll, "version": 3})
    # THEN it is shown, although the browser remembers that the module failed
    expect(page.locator('[data-component="poll-next-goal"]')).to_be_visible()


def test_the_policy_allows_no_script_of_another_origin(page: Page) -> None:
    refused = page.evaluate(
        """() => new Promise(resolve => {
            addEventListener('securitypolicyviolation', event => resolve(event.effectiveDirective));
            const script = document.createElement('script');
            script.src = 'http://localhost:9/evil.js';
            document.head.append(script);
        })"""
    )
    assert refused == "script-src-elem"
