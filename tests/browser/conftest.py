"""The browser of the tests, started once; without Chromium they are reported as skipped, with the reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright

from tests.browser.harness import Eye, chromium_path, launch, serve
from tests.browser.site import Site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the session."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium: install the package chromium, or name one in REMIT_CHROMIUM")
    with sync_playwright() as playwright:
        started = launch(playwright, path)
        yield started
        started.close()


@pytest.fixture(scope="module")
def site(company: Flask) -> Iterator[Site]:
    """The demo company, served for the tests of a file."""
    with serve(company) as url:
        yield Site(url)


@pytest.fixture
def eye(browser: Browser) -> Iterator[Eye]:
    """Opens pages; its windows are closed after the test."""
    opened = Eye(browser)
    yield opened
    opened.close()
