"""A partner that breaks is replaced; the shell and its neighbours never notice."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from local.play.browser.messages import components, placement
from tests.browser.conftest import KICK_OFF, REPORTS, Night, picture_runs, screenshot
from tests.browser.partners import FAULTS, Breaks, of_another_hash, slow

pytestmark = pytest.mark.browser
BEFORE = KICK_OFF - timedelta(hours=1)


@pytest.fixture
def page(night: Night, watch: Callable[..., Page]) -> Page:
    """A page with a neighbour on it that works."""
    page = watch()
    picture_runs(page)
    night.touchline.push(components(1, placement("win-probability"), at=BEFORE))
    page.locator('[data-component="win-probability"]').evaluate("node => { node.mark = 'same'; }")
    return page


def test_each_fault_is_answered_by_the_next_placement(
    night: Night, watch: Callable[..., Page], page: Page
) -> None:
    took: dict[str, float] = {}
    for version, breaks in enumerate(FAULTS, start=2):
        took[breaks.__name__] = _falls_back(night, page, version, breaks)
        # The broken one leaves the screen before the next fault.
        night.touchline.push(components(100 * version, placement("win-probability"), at=BEFORE))
        expect(page.locator("[data-slot='side_panel']")).to_have_count(0)
        page.unroute_all(behavior="ignoreErrors")
    assert page.evaluate("globalThis.tampered") is None
    neighbour = page.locator('[data-component="win-probability"]')
    assert neighbour.evaluate("node => node.mark") == "same"
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "fallback_ms.json").write_text(json.dumps(took))
    print(json.dumps({"figure": "fallback_ms", **took}))


def _falls_back(night: Night, page: Page, version: int, breaks: Breaks) -> float:
    """Place what breaks; how long it took, in milliseconds, until its stand-in was on the screen."""
    broken = {**breaks(page), "componentId": f"broken-{version}"}
    stand_in = placement("chat-friends")
    began = page.evaluate("performance.now()")
    night.touchline.push(
        components(
            100 * version - 50, broken, placement("win-probability"), at=BEFORE, alternatives=(stand_in,)
        )
    )
    expect(page.locator('[data-component="chat-friends"]'), breaks.__name__).to_be_visible(timeout=15_000)
    shown = page.evaluate("window.shown.filter(each => each.component === 'chat-friends').at(-1).at")
    return round(float(shown - began), 1)


def test_slow_partners_in_a_row_cost_the_wait_of_one(night: Night, page: Page) -> None:
    best = {**slow(page), "componentId": "slow-best"}
    slower = placement("poll-next-goal", url="/remotes/slower/remoteEntry.js")
    second = {**slower, "componentId": "slow-second"}
    page.route("**/remotes/slower/remoteEntry.js*", lambda _: None)
    began = page.evaluate("performance.now()")
    stand_ins = (second, placement("chat-friends"))
    night.touchline.push(components(2, best, at=BEFORE, alternatives=stand_ins))
    expect(page.locator('[data-component="chat-friends"]')).to_be_visible(timeout=15_000)
    shown = page.evaluate("window.shown.filter(each => each.component === 'chat-friends').at(-1).at")
    print(json.dumps({"figure": "fallback_of_two_slow_ms", "value": round(float(shown - began), 1)}))


def test_what_does_not_match_its_hash_never_runs(night: Night, page: Page) -> None:
    night.touchline.push(components(2, of_another_hash(page), at=BEFORE))
    page.wait_for_timeout(1000)
    assert page.evaluate("globalThis.tampered") is None
    expect(page.locator("[data-slot='side_panel']")).to_have_count(0)


def test_operators_can_switch_a_component_off(night: Night, page: Page) -> None:
    night.touchline.push(
        components(2, placement("poll-next-goal"), at=BEFORE, alternatives=(placement("shirt-home"),))
    )
    expect(page.locator('[data-component="poll-next-goal"]')).to_be_visible()
    night.off.append("poll-next-goal")
    expect(page.locator('[data-component="shirt-home"]')).to_be_visible(timeout=15_000)
    screenshot(page, "switched-off")


def test_the_policy_lets_in_no_script_of_another_origin(page: Page) -> None:
    refused = page.evaluate(
        """() => new Promise(resolve => {
            addEventListener('securitypolicyviolation', event => resolve(event.effectiveDirective));
            const script = document.createElement('script');
            script.src = 'http://localhost:9/evil.js';
            document.head.append(script);
        })"""
    )
    assert refused == "script-src-elem"
