"""A real browser over exported pages: what a visit asks the network for, and what it complains of."""

import shutil

import pytest
from playwright.sync_api import Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE_PX, DESK_PX = 390, 1200
DRAWN = ".js-plotly-plot:has(.main-svg)"

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: apt-get install chromium")


class Visit:
    """A page that was opened, what it asked the network for, and what it complained of."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.goto(address, wait_until="load")

    def widest(self) -> int:
        """How wide the page is, or the widest figure on it, in pixels."""
        parts = "[document.documentElement, ...document.querySelectorAll('.js-plotly-plot')]"
        return int(self.page.evaluate(f"Math.max(...{parts}.map(part => part.scrollWidth))"))
