"""A request that nobody may decide, on the desk and on the phone: why it stays, and helping it on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.browser.harness import DESKTOP, PHONE, Eye, View, look, serve
from tests.browser.site import Site
from tests.visitor import Visitor, sign_in

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(company: Flask) -> Iterator[Site]:
    chief = Visitor(sign_in(company, "luoyi", "lingke-luoyi-2026"))
    chief.get("/requests/")
    for city in ("北京", "上海"):
        page = chief.post("/requests/new/workflow.form:trip", destination=city, first_day="2026-12-01",
                          last_day="2026-12-02", cost="1,200.00", reason="参展")  # fmt: skip
        assert page.status_code == 200
        chief.post(f"{page.request.path}/submit")
    with serve(company) as url:
        yield Site(url)


@pytest.mark.parametrize("view", [View("zh_CN", "light", DESKTOP), View("en", "dark", PHONE)], ids=str)
def test_it_says_why_it_stays_and_is_helped_on(eye: Eye, site: Site, view: View) -> None:
    page = site.come(eye, "wangfang", view)
    page.goto(f"{site.url}/stuck/")
    eye.check(page)
    page.locator("tbody a").first.click()
    expect(page.locator('input[name="how"]').first).to_be_visible()
    eye.check(page)
    look(page, "stuck-one", view, whole=True)
    page.locator('input[name="how"][value="refuse"]').check()
    page.locator('[name="comment"]').fill("请由董事会批准")
    page.locator('main form [type="submit"]').click()
    page.wait_for_url("**/stuck/")
    eye.check(page)
