"""Sign in to the stage's user pool by Secure Remote Password, in a real browser."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from local.play.demo.demo_match import load_demo_feed
from local.play.replay.personas import personas
from local.play.replay.token_minter import TokenMinter
from tests.browser.accessibility import violations
from tests.browser.app_rig import AppRig, screenshot
from tests.browser.user_pool import CLIENT_ID, POOL_ID, REFRESH_TOKEN, UserPool

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery staple"


@pytest.fixture
def pool() -> UserPool:
    giulia = personas(load_demo_feed().match)[0]
    minter = TokenMinter(issuer=f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL_ID}", audience=CLIENT_ID)
    return UserPool(token=minter.id_token(giulia.traits), password=PASSWORD)


@pytest.fixture
def page(app: AppRig, browser: Browser, pool: UserPool) -> Iterator[Page]:
    """The app with a config that names a user pool; calls to it are answered by the fake one.

    It bypasses the content security policy, because the local one, unlike the deployed, forbids Cognito.
    """
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.route("**/config.json", _with_the_user_pool)
    pool.answer_calls_of(page)
    page.goto(app.site.url)
    yield page
    context.close()


def test_the_right_password_opens_the_app_and_never_leaves_the_page(
    app: AppRig, pool: UserPool, page: Page
) -> None:
    _sign_in(page, PASSWORD)
    page.locator(".state.open").wait_for()
    assert app.touchline.tokens[-1] == pool.token
    assert [operation for operation, _ in pool.requests] == ["InitiateAuth", "RespondToAuthChallenge"]
    assert PASSWORD not in json.dumps(pool.requests)


def test_a_reload_keeps_the_viewer_signed_in_with_the_id_token_alone(
    app: AppRig, pool: UserPool, page: Page
) -> None:
    _sign_in(page, PASSWORD)
    page.locator(".state.open").wait_for()
    kept = page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    assert pool.token in kept
    assert REFRESH_TOKEN not in kept
    # WHEN the viewer reloads THEN nothing is asked of the pool
    page.reload()
    page.locator(".state.open").wait_for()
    assert app.touchline.tokens[-1] == pool.token
    assert len(pool.requests) == 2
    # AND after signing out a reload asks who is watching
    page.get_by_text("giulia").click()
    page.get_by_role("button", name="Sign out").click()
    page.reload()
    expect(page.get_by_label("E-mail")).to_be_visible()


def test_a_wrong_password_is_reported_and_can_be_retried(pool: UserPool, page: Page) -> None:
    _sign_in(page, "wrong")
    expect(page.get_by_role("alert")).to_have_text("Incorrect username or password.")
    screenshot(page, "sign-in-refused")
    assert violations(page) == []
    _sign_in(page, PASSWORD)
    page.locator(".state.open").wait_for()


def _sign_in(page: Page, password: str) -> None:
    page.get_by_label("E-mail").fill("giulia@example.com")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def _with_the_user_pool(route: Route) -> None:
    config = route.fetch().json()
    pool = {"region": "eu-west-1", "userPoolId": POOL_ID, "userPoolClientId": CLIENT_ID}
    route.fulfill(json={**config, "signIn": {"kind": "cognito", **pool}})
