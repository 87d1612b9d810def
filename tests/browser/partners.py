"""Micro-frontends of partners that fail, each in a different way."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route

from local.play.browser.messages import placement
from paths import CLIENT_BUILD

BUILT = CLIENT_BUILD / "remotes" / "live-poll" / "remoteEntry.js"
ADDRESS = "/remotes/broken/remoteEntry.js"
Fault = Callable[[Page], dict[str, Any]]

_CONTAINER = "export const init = () => {}; export const get = async () => () => (%s);"


def missing(page: Page) -> dict[str, Any]:
    """The URL answers 404."""
    return _placed(page, None)


def slow(page: Page) -> dict[str, Any]:
    """The URL does not answer."""
    page.route(f"**{ADDRESS}*", lambda _: None)
    return placement("poll-next-goal", url=ADDRESS)


def of_a_wrong_version(page: Page) -> dict[str, Any]:
    """It requires a version of React that the shell does not have."""
    return _placed(page, BUILT.read_text().replace("^19.0.0", "^17.0.0"))


def failing_at_import(page: Page) -> dict[str, Any]:
    """Its first line throws."""
    return _placed(page, "throw new Error('import');")


def failing_at_render(page: Page) -> dict[str, Any]:
    """Its component throws."""
    return _placed(page, _CONTAINER % "{default: () => { throw new Error('render'); }, styles: ''}")


def without_a_component(page: Page) -> dict[str, Any]:
    """Its module exports something else."""
    return _placed(page, _CONTAINER % "{}")


def of_another_hash(page: Page) -> dict[str, Any]:
    """It was changed after publication."""
    tampered = BUILT.read_text() + "\nglobalThis.tampered = true;"
    return {**_placed(page, tampered), "remote": placement("poll-next-goal", url=ADDRESS)["remote"]}


def of_another_origin(_page: Page) -> dict[str, Any]:
    """Its origin is not allowed by the content security policy."""
    return placement("poll-next-goal", url="http://localhost:9/remoteEntry.js")


def unpublished(_page: Page) -> dict[str, Any]:
    """Its integrity hash is a placeholder."""
    return placement("poll-next-goal", integrity="unpublished")


def silent_in_a_frame(page: Page) -> dict[str, Any]:
    """It runs in a frame and never gives its module."""
    silent = "export const init = () => {}; export const get = () => new Promise(() => {});"
    return _framed(_placed(page, silent))


def failing_in_a_frame(page: Page) -> dict[str, Any]:
    """It runs in a frame, and its component throws."""
    return _framed(failing_at_render(page))


def of_another_hash_for_a_frame(page: Page) -> dict[str, Any]:
    """It was changed after publication, and is for a frame."""
    return _framed(of_another_hash(page))


FAULTS: tuple[Fault, ...] = (
    missing, slow, of_a_wrong_version, failing_at_import, failing_at_render, without_a_component,
    of_another_hash, of_another_origin, unpublished, silent_in_a_frame, failing_in_a_frame,
    of_another_hash_for_a_frame,
)  # fmt: skip


def _framed(placed: dict[str, Any]) -> dict[str, Any]:
    return {**placed, "remote": {**placed["remote"], "isolation": "frame"}}


def _placed(page: Page, script: str | None) -> dict[str, Any]:
    def answer(route: Route) -> None:
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "text/javascript"}
        if script is None:
            route.fulfill(status=404, headers=headers)
        else:
            route.fulfill(body=script, headers=headers)

    page.route(f"**{ADDRESS}*", answer)
    return placement("poll-next-goal", url=ADDRESS, integrity=hash_of(script or ""))


def hash_of(script: str) -> str:
    """Return the hash of Subresource Integrity of a script."""
    return f"sha384-{base64.b64encode(hashlib.sha384(script.encode()).digest()).decode()}"
