"""The content security policies of the web pages."""

import base64
import hashlib
import re

from domain.content_policy import FRAME_PAGE, FRAME_SCRIPT, app_policy, control_room_policy, frame_policy
from paths import CLIENT


def _sources(policy: str) -> dict[str, list[str]]:
    """Return the sources of each directive."""
    directives = (each.split() for each in policy.split("; "))
    return {name: sources for name, *sources in directives}


def test_the_frames_page_runs_its_own_script_and_what_it_is_handed() -> None:
    page = (CLIENT / "frame" / FRAME_PAGE).read_text()
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"sha256-{digest}" == FRAME_SCRIPT
    assert _sources(frame_policy())["script-src"] == [f"'{FRAME_SCRIPT}'", "blob:"]


def test_every_page_refuses_what_it_does_not_name() -> None:
    for policy in (app_policy(), control_room_policy(connect_origins=()), frame_policy()):
        assert _sources(policy)["default-src"] == ["'none'"]
        assert "unsafe" not in policy
        assert "*" not in policy


def test_the_app_names_the_origins_of_scripts_requests_and_video() -> None:
    sources = _sources(
        app_policy(
            script_origins=("https://cdn.example",),
            connect_origins=("wss://socket.example",),
            media_origins=("https://video.example",),
        )
    )
    assert sources["script-src"] == ["'self'", "https://cdn.example"]
    assert sources["connect-src"] == ["'self'", "wss://socket.example", "https://video.example"]
    assert sources["media-src"] == ["'self'", "https://video.example", "blob:"]
    assert sources["frame-src"] == ["'self'"]


def test_no_page_may_show_the_deployed_app_in_a_frame() -> None:
    assert _sources(app_policy())["frame-ancestors"] == ["'none'"]
    assert _sources(app_policy(frame_ancestors="'self'"))["frame-ancestors"] == ["'self'"]
