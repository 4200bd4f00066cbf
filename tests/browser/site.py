"""The demo company as its people come to it in the browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from tests.browser.harness import Eye, View


@dataclass
class Site:
    """The served company; people sign in once, in the browser, and keep their cookies and what they read in."""

    url: str
    cookies: dict[str, list[Any]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, tuple[str, str]] = field(default_factory=dict)
    jobs: dict[str, int] = field(default_factory=dict)

    def come(self, eye: Eye, login: str, view: View, *, javascript: bool = True) -> Page:
        """A window in which somebody is signed in and reads in the language and theme of the view."""
        page = eye.window(view, javascript=javascript, cookies=self.cookies.get(login))
        if login not in self.cookies:
            if login:
                sign_in(page, self.url, login)
            page.goto(f"{self.url}/")
            self.tokens[login] = page.locator('[name="csrf_token"]').first.get_attribute("value") or ""
            self.cookies[login] = list(page.context.cookies())
        if self.chosen.get(login) != (view.locale, view.theme):
            chosen: dict[str, str | float | bool] = {
                "csrf_token": self.tokens[login], "locale": view.locale, "theme": view.theme, "next": "/",
            }
            answer = page.request.post(f"{self.url}/preference", form=chosen, max_redirects=0)
            assert answer.status == 303
            self.cookies[login] = list(page.context.cookies())
            self.chosen[login] = view.locale, view.theme
        return page


def sign_in(page: Page, url: str, login: str) -> None:
    """Through the form, as everybody does it."""
    page.goto(f"{url}/sign-in")
    page.locator('[name="login"]').fill(login)
    page.locator('[name="password"]').fill(f"lingke-{login}-2026")
    page.locator('main [type="submit"]').click()
    page.wait_for_url(lambda address: "/sign-in" not in address)
