"""Punching in a browser: with its location, without it, and without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import PHONE, Eye, View
from tests.browser.site import Site

pytestmark = pytest.mark.browser

POCKET = View("zh_CN", "light", PHONE)
#: The office of the story, and a place a good four kilometres to the north of it.
OFFICE = {"latitude": 31.230416, "longitude": 121.473701, "accuracy": 8}
ELSEWHERE = {**OFFICE, "latitude": 31.270416}


def press(page: Page, url: str) -> None:
    """The button on the page of punches."""
    page.goto(f"{url}/attendance/punch")
    page.locator("main").get_by_role("button", name="打卡").click()
    expect(page.get_by_text("已于").first).to_be_visible()


@pytest.mark.parametrize(
    ("who", "where", "said"), [("zhoulei", OFFICE, "在打卡地点"), ("xumei", ELSEWHERE, "范围外")]
)
def test_where_the_browser_is(eye: Eye, site: Site, who: str, where: dict[str, float], said: str) -> None:
    page = site.come(eye, who, POCKET)
    page.context.grant_permissions(["geolocation"], origin=site.url)
    page.context.set_geolocation(where)  # type: ignore[arg-type]
    press(page, site.url)
    expect(page.locator("main .hr-list")).to_contain_text(said)


def test_a_person_who_refuses_is_no_error(eye: Eye, site: Site) -> None:
    """Refused is kept as refused, and pressed again within a minute it is the same punch."""
    page = site.come(eye, "liuyang", POCKET)
    press(page, site.url)
    expect(page.locator("main .hr-list")).to_contain_text("拒绝提供位置")
    count = page.locator("main .hr-list li").count()
    press(page, site.url)
    assert page.locator("main .hr-list li").count() == count


def test_without_a_script(eye: Eye, site: Site) -> None:
    page = site.come(eye, "linan", POCKET, javascript=False)
    press(page, site.url)
    expect(page.locator("main .hr-list")).to_contain_text("位置未知")
