"""`make demo` as a person plays it: what the terminal prints is what the four screens side by side show."""

import json
import os
import pty
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import pairwise

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from paths import ROOT
from tests.browser.app_rig import REPORTS, screenshot
from tests.browser.screens import TimedScreen, missing, printed_titles, record_screens, recorded_screens
from tests.support.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.twin, pytest.mark.lasting]
PERSONAS = {
    "Giulia": "persona-giulia",
    "Emre": "persona-emre",
    "Sam": "persona-sam",
    "Luca, 15": "persona-luca",
}
LASTING_SECONDS = 1.5
"""A screen that is there for less may be one that is just changing: the pictures are seconds long apart."""
START_SECONDS, MATCH_SECONDS = 400.0, 900.0
SUMMARY = "context versions"


class Demo:
    """The command with a person at its keyboard, and each line that it has printed with the time."""

    def __init__(self) -> None:
        self._keyboard, terminal = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "local", "demo", "--port", "0"],
            cwd=ROOT,
            env=os.environ | {"COLUMNS": "1000", "PYTHONUNBUFFERED": "1"},
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        os.close(terminal)
        self.lines: list[tuple[float, str]] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def press(self, keys: str) -> None:
        """Type on the keyboard, and press Enter."""
        os.write(self._keyboard, f"{keys}\n".encode())

    def line(self, pattern: str) -> re.Match[str] | None:
        """Return the match of the first printed line that has a pattern."""
        assert self._process.poll() is None, self.printed()
        return next((found for _, line in self.lines if (found := re.search(pattern, line))), None)

    def printed(self) -> str:
        return "".join(line for _, line in self.lines)

    def screens(self, persona: str) -> list[TimedScreen]:
        """Return what was printed of a persona until the summary, each with its seconds until the next."""
        printed: list[tuple[float, tuple[str, ...]]] = [(self.lines[0][0], ())]
        for at, line in self.lines:
            if SUMMARY in line:
                printed.append((at, ()))
                break
            titles = printed_titles(line, persona)
            if titles is not None and titles != printed[-1][1]:
                printed.append((at, titles))
        return [TimedScreen(titles, until - since) for (since, titles), (until, _) in pairwise(printed)]

    def end(self) -> int:
        """Wait for the command's end, and return its status."""
        return self._process.wait(60)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        os.close(self._keyboard)

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as output:
            for line in output:
                self.lines.append((time.monotonic(), line))


@pytest.fixture
def demo() -> Iterator[Demo]:
    demo = Demo()
    yield demo
    demo.kill()


def test_every_screen_that_the_terminal_prints_is_the_browsers(demo: Demo, context: BrowserContext) -> None:
    # GIVEN the demo before its kick-off, and the page with the four personas' screens
    address = eventually(lambda: demo.line(r"^Side by side: (\S+)"), "the demo's pages", START_SECONDS)
    page = context.new_page()
    page.goto(f"{address[1]}?viewers={','.join(PERSONAS.values())}")
    apps = _apps(page)
    for app in apps.values():
        record_screens(app)
    # WHEN the match is played
    demo.press("")
    for app in apps.values():
        expect(app.locator('[data-score="0-1"]')).to_be_visible(timeout=MATCH_SECONDS * 1_000)
    screenshot(page, "demo-after-a-goal")
    eventually(lambda: demo.line(SUMMARY), "the end of the match", MATCH_SECONDS)
    in_browser = {persona: recorded_screens(app) for persona, app in apps.items()}
    on_terminal = {persona: demo.screens(persona) for persona in PERSONAS}
    _save(on_terminal, in_browser)
    # THEN each browser shows every screen that the terminal printed, and no other
    for persona in PERSONAS:
        assert len(on_terminal[persona]) > 20
        assert missing(on_terminal[persona], in_browser[persona], seconds=LASTING_SECONDS) == []
        assert missing(in_browser[persona], on_terminal[persona], seconds=LASTING_SECONDS) == []
    # AND the demo ends when the person wants
    demo.press("q")
    assert demo.end() == 0


def _apps(page: Page) -> dict[str, Frame]:
    """Return each persona's app, once its picture runs."""
    frames = page.locator("iframe")
    expect(frames).to_have_count(len(PERSONAS))
    apps = {}
    for persona, viewer in PERSONAS.items():
        app = page.locator(f'iframe[src*="viewer={viewer}"]').element_handle().content_frame()
        assert app is not None
        app.locator(".state.open").wait_for()
        app.wait_for_function("() => document.querySelector('video')?.currentTime > 0", timeout=60_000)
        apps[persona] = app
    return apps


def _save(on_terminal: dict[str, list[TimedScreen]], in_browser: dict[str, list[TimedScreen]]) -> None:
    """Save both with the reports, for whoever looks for a difference."""
    screens = {
        persona: {
            "terminal": [asdict(each) for each in on_terminal[persona]],
            "browser": [asdict(each) for each in in_browser[persona]],
        }
        for persona in PERSONAS
    }
    (REPORTS / "demo-screens.json").write_text(json.dumps(screens, ensure_ascii=False, indent=1))
