"""Violations of the accessibility rules of axe."""

from pathlib import Path

from playwright.sync_api import Page

from paths import CLIENT

AXE = Path(CLIENT, "node_modules", "axe-core", "axe.min.js")


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]
