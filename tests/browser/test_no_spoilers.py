"""No viewer sees a component before its moment is in the viewer's own picture."""

import json
import statistics
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page

from local.play.browser.messages import components, placement
from tests.browser.app_rig import BEFORE, REPORTS, AppRig, wait_for_picture
from tests.browser.schedule_errors import BEHIND_SECONDS, EARLY_MS, error_ms, wait_for_distance
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser
MOMENTS = 20
SPACING = timedelta(seconds=3)
"""In programme time: so long that a screen that comes late is there before the next one is due."""
LATE_SECONDS = 60
"""How long after its time the last moment may be shown on a machine whose pictures stop now and then."""


def test_each_viewer_sees_each_moment_when_the_own_picture_reaches_it(
    app: AppRig, open_app: Callable[..., Page]
) -> None:
    # GIVEN three viewers at different distances behind the live edge
    pages: dict[int, Page] = {}
    for behind in BEHIND_SECONDS:
        wait_for_distance(app.site.url, behind / app.programme.speed)
        pages[behind] = open_app(behind=behind / app.programme.speed)
    for page in pages.values():
        wait_for_picture(page)
    begins = app.programme.now() + timedelta(seconds=1)
    due = {version: begins + version * SPACING for version in range(1, MOMENTS + 1)}
    # WHEN moments are delivered at the live edge, ahead of every picture
    for version, at in due.items():
        app.touchline.push(components(version, placement("poll-next-goal"), at=at))
    # THEN each is shown on each screen with the picture, never before it
    takes_seconds = max(BEHIND_SECONDS) + (due[MOMENTS] - begins).total_seconds()
    wait_ms = 1000 * (takes_seconds / app.programme.speed + LATE_SECONDS)
    errors: dict[int, list[float]] = {}
    for behind, page in pages.items():
        page.wait_for_function(f"() => window.shown.at(-1)?.version === {MOMENTS}", timeout=wait_ms)
        errors[behind] = [
            error_ms(app.site.url, due[each["version"]], each["picture"])
            for each in page.evaluate("window.shown")
        ]
        assert len(errors[behind]) == MOMENTS
        assert min(errors[behind]) > -EARLY_MS, f"{behind} s behind: {errors[behind]}"
    _write_figure(errors)


def test_a_paused_picture_keeps_its_screen_and_seeking_back_returns_to_it(
    app: AppRig, open_app: Callable[..., Page]
) -> None:
    page = open_app()
    wait_for_picture(page)
    app.touchline.push(components(1, placement("poll-next-goal"), at=BEFORE))
    page.locator('[data-version="1"]').wait_for()
    # WHEN the viewer pauses, and a moment comes at the live edge, which is ahead of the picture
    page.get_by_role("button", name="Pause").click()
    app.touchline.push(components(2, placement("chat-friends"), at=app.programme.now()))
    page.wait_for_timeout(4000)
    # THEN the screen of the paused picture is unchanged
    assert page.locator("[data-version]").get_attribute("data-version") == "1"
    # WHEN the viewer goes live again, the moment is shown; seeking back hides it
    page.get_by_role("button", name="Live").click()
    page.locator('[data-version="2"]').wait_for()
    page.get_by_role("button", name="Pause").click()
    eventually(lambda: _goes_back_to(page, "1"), "the screen of the first moment")


def _goes_back_to(page: Page, version: str) -> bool:
    """Seek back once more, and return whether this version is shown at the end of a second."""
    page.get_by_role("button", name="Back 10 s").click()
    page.wait_for_timeout(1_000)
    return page.locator("[data-version]").get_attribute("data-version") == version


def _write_figure(errors: dict[int, list[float]]) -> None:
    all_errors = sorted(error for found in errors.values() for error in found)
    figure = {
        "figure": "schedule_error_p99_ms",
        "value": round(statistics.quantiles(all_errors, n=100, method="inclusive")[98], 1),
        "unit": "ms",
        "samples": len(all_errors),
        "worst": {f"{behind} s behind": round(max(found), 1) for behind, found in errors.items()},
    }
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "schedule_error.json").write_text(json.dumps(figure))
    print(json.dumps(figure))
