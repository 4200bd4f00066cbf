"""Pages in a real browser: an app served on a free port, Chromium, screenshots, accessibility, silence.

    with serve(app) as url:
        page = eye.open(f"{url}/payroll/runs/1", View("zh_CN", "light", 1440))
        look(page, "payroll-run")       # screenshots/payroll-run-zh-light-1440.png
        check(page)                     # axe, no message in the console, no sideways scrolling
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from waitress.server import create_server  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "screenshots"
AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
ARGUMENTS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--lang=zh-CN",
)
PHONE = 390
DESKTOP = 1440


@dataclass(frozen=True)
class View:
    """How a page is looked at: the reader's language, light or dark, and the width of the window in pixels."""

    locale: str = "zh_CN"
    theme: str = "light"
    width: int = DESKTOP

    def __str__(self) -> str:
        return f"{self.locale[:2]}-{self.theme}-{self.width}"

    @property
    def phone(self) -> bool:
        """Whether this is a telephone: touch, and twice the pixels."""
        return self.width < 760


VIEWS = tuple(
    View(locale, theme, width)
    for locale, theme, width in itertools.product(("zh_CN", "en"), ("light", "dark"), (DESKTOP, PHONE))
)


def chromium_path() -> str | None:
    """Where the system's Chromium is, or None. ``REMIT_CHROMIUM`` names another one."""
    named = os.environ.get("REMIT_CHROMIUM")
    found = [named] if named else [shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")]
    return next((path for path in found if path and Path(path).exists()), None)


def launch(playwright: Playwright, path: str) -> Browser:
    """A Chromium that prints native controls in Chinese, as most readers see them."""
    return playwright.chromium.launch(
        executable_path=path, args=list(ARGUMENTS), env={**os.environ, "LANGUAGE": "zh_CN"}
    )


@contextmanager
def serve(app: Any, attach: Callable[[dict[int, Any]], None] | None = None) -> Iterator[str]:
    """The address of a WSGI app on a free port of this machine, served by threads while the block runs.

    ``attach`` is called with the sockets of the server, as ``remit serve`` does for live pages.
    """
    sockets: dict[int, Any] = {}
    server = create_server(app, map=sockets, host="127.0.0.1", port=0, threads=8)
    if attach is not None:
        attach(sockets)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.close()
        thread.join(timeout=5)
        server.task_dispatcher.shutdown()
        for channel in list(sockets.values()):
            channel.close()


@dataclass
class Eye:
    """Opens pages in windows of their own and listens to what they say in the console."""

    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)
    said: dict[Page, list[str]] = field(default_factory=dict)

    def window(self, view: View, *, javascript: bool = True, cookies: list[Any] | None = None) -> Page:
        """An empty page of a new window."""
        context = self.browser.new_context(
            locale=view.locale.replace("_", "-") if view.locale != "en" else "en-GB",
            color_scheme="dark" if view.theme == "dark" else "light",
            viewport={"width": view.width, "height": 844 if view.phone else 900},
            device_scale_factor=2 if view.phone else 1.5,
            is_mobile=view.phone, has_touch=view.phone, java_script_enabled=javascript, reduced_motion="reduce",
        )
        context.set_default_timeout(90_000)
        if cookies:
            context.add_cookies(cookies)
        self.contexts.append(context)
        page = context.new_page()
        heard = self.said.setdefault(page, [])
        page.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: heard.append(f"error: {error}"))
        return page

    def open(self, url: str, view: View | None = None, *, javascript: bool = True) -> Page:
        """A page that has been loaded, in a window of its own."""
        page = self.window(view or View(), javascript=javascript)
        page.goto(url, wait_until="load")
        page.evaluate("document.fonts.ready.then(() => true)") if javascript else None
        return page

    def check(self, page: Page) -> None:
        """The page is accessible, quiet and as wide as its window."""
        found = violations(page)
        assert not found, "\n".join(found)
        assert not self.said[page], "\n".join(self.said[page])
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"the page is {wide} pixels too wide"

    def close(self) -> None:
        """Close every window."""
        for context in self.contexts:
            context.close()


#: The rule that measures what is left of a target, and the same for one element brought to the middle of the window.
_SIZE = "target-size"
_ALONE = """async target => {
  const one = document.querySelector(target), at = window.scrollY
  one.scrollIntoView({block: "center", behavior: "instant"})
  const found = await axe.run(one, {runOnly: {type: "rule", values: ["target-size"]}, resultTypes: ["violations"]})
  window.scrollTo(0, at)
  return found.violations.length > 0
}"""


def violations(page: Page) -> list[str]:
    """What axe objects to, one line for each rule and element.

    A bar at the edge of the window covers whatever happens to lie below it; a target is measured again where nothing
    covers it, as a person scrolls before he taps.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    options = {"runOnly": {"type": "tag", "values": list(RULES)}, "resultTypes": ["violations"]}
    found = page.evaluate(f"axe.run(document, {json.dumps(options)}).then(r => r.violations)")
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found for node in rule["nodes"]
        if rule["id"] != _SIZE or page.evaluate(_ALONE, str(node["target"][-1]))
    ]


def look(page: Page, name: str, view: View, *, whole: bool = False) -> Path:
    """Keep a picture in screenshots/. A whole page is shot in a window of its height, so that fixed bars stay put.

    With ``REMIT_TEST_PICTURES=0`` nobody looks at them, and none is taken.
    """
    path = SCREENSHOTS / f"{name}-{view}.png"
    if os.environ.get("REMIT_TEST_PICTURES") == "0":
        return path
    SCREENSHOTS.mkdir(exist_ok=True)
    size = page.viewport_size
    if whole and size:
        height = page.evaluate("Math.max(document.body.scrollHeight, innerHeight)")
        page.set_viewport_size({"width": size["width"], "height": height})
    page.screenshot(path=path)
    if whole and size:
        page.set_viewport_size(size)
    return path
