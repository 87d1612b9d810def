"""An operator signs in to the control room: temporary password, new password, authenticator, code."""

import base64
import hmac
import json
import struct
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from domain.audit import OPERATORS_GROUP
from local.play.demo.demo_match import load_demo_feed
from local.play.feeds.bundled import TURKEY_ITALY_LINE_UPS
from local.play.replay.pacing import constant
from local.play.web.clock import ProgrammeClock
from local.play.web.twin_site import twin_site
from local.twin.twin import Twin
from tests.browser.accessibility import violations
from tests.browser.app_rig import screenshot
from tests.browser.deployed import announce

pytestmark = [pytest.mark.browser, pytest.mark.twin]
USERNAME = "rosa@example.com"
TEMPORARY, CHOSEN = "Temporary-pass-1", "A-much-longer-pass-2"
TIMEOUT_MS = 30_000
_CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*"}


@pytest.fixture
def page(twin: Twin, browser: Browser) -> Iterator[Page]:
    """The control room with a config that names the operators' pool, as a deployed one has.

    It bypasses the content security policy, because the local one, unlike the deployed, forbids Cognito.
    """
    feed = load_demo_feed()
    feed = replace(feed, match=replace(feed.match, id="sign-in-match"))
    outputs = announce(twin, feed.match)
    pool = {
        "kind": "cognito",
        "region": twin.region,
        "userPoolId": outputs.operator_pool_id,
        "userPoolClientId": outputs.operator_token_audience,
    }
    cognito = twin.client("cognito-idp")
    cognito.admin_create_user(
        UserPoolId=outputs.operator_pool_id,
        Username=USERNAME,
        TemporaryPassword=TEMPORARY,
        MessageAction="SUPPRESS",
    )
    cognito.admin_add_user_to_group(
        UserPoolId=outputs.operator_pool_id, Username=USERNAME, GroupName=OPERATORS_GROUP
    )

    def configure(route: Route) -> None:
        route.fulfill(json={**route.fetch().json(), "signIn": pool})

    def ask_the_twin(route: Route) -> None:
        if route.request.method == "OPTIONS":
            route.fulfill(headers=_CORS)
            return
        answer = route.fetch(url=twin.edge_url)
        route.fulfill(response=answer, headers={**answer.headers, **_CORS})

    clock = ProgrammeClock(
        match_id=feed.match.id, times=[feed.match.kick_off], pace=constant(1), now=time.monotonic
    )
    with twin_site(twin, feed, line_ups=TURKEY_ITALY_LINE_UPS, clock=clock) as site:
        context = browser.new_context(bypass_csp=True)
        page = context.new_page()
        page.set_default_timeout(TIMEOUT_MS)
        page.route("**/config.json", configure)
        page.route(f"https://cognito-idp.{twin.region}.amazonaws.com/", ask_the_twin)
        page.goto(site.control_room_url)
        yield page
        context.close()


def test_the_first_sign_in_sets_a_password_and_an_authenticator(page: Page) -> None:
    # GIVEN the temporary password of the invitation, WHEN another one is typed, THEN it is refused
    _sign_in(page, "Not-the-password-1")
    expect(page.get_by_role("alert")).to_have_text("Incorrect username or password.")
    # WHEN it is typed, THEN the form asks for a new one, and for an authenticator
    _sign_in(page, TEMPORARY)
    expect(page.get_by_label("New password")).to_be_focused()
    page.get_by_label("New password").fill(CHOSEN)
    _continue(page)
    secret = page.locator("code").inner_text()
    screenshot(page, "control-room-authenticator")
    assert violations(page) == []
    page.get_by_label("Code of the authenticator").fill(_code(secret))
    _continue(page)
    # THEN the operator is in
    expect(page.get_by_role("heading", name="Turkey 0–0 Italy")).to_be_visible(timeout=TIMEOUT_MS)
    # AND no storage holds a token, so that a reload asks again, for the new password and a code
    stored = page.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    assert json.loads(stored) == [{}, {}, ""]
    page.reload()
    _sign_in(page, CHOSEN)
    code = page.get_by_label("Code of the authenticator")
    code.fill("000000")
    _continue(page)
    expect(page.get_by_role("alert")).not_to_be_empty()
    _sign_in(page, CHOSEN)
    code.fill(_code(secret))
    _continue(page)
    expect(page.get_by_role("heading", name="Turkey 0–0 Italy")).to_be_visible(timeout=TIMEOUT_MS)


def _sign_in(page: Page, password: str) -> None:
    page.get_by_label("E-mail").fill(USERNAME)
    page.get_by_label("Password", exact=True).fill(password)
    _continue(page)


def _continue(page: Page) -> None:
    page.get_by_role("button", name="Sign in").click()


def _code(secret: str) -> str:
    """Return the current code of an authenticator: RFC 6238 with SHA-1, six digits, steps of 30 seconds."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
