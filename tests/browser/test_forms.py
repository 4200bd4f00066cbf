"""Building a form in a browser: the picture follows while one writes, rows move by the keyboard, and all is kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.browser.harness import DESKTOP, PHONE, Eye, View, look, serve
from tests.browser.test_pages import Site

pytestmark = pytest.mark.browser
FORM = "/processes/workflow.form:trip/form"


@pytest.fixture(scope="module")
def site(company: Flask) -> Iterator[Site]:
    with serve(company) as url:
        yield Site(url)


def test_a_form_is_built_by_the_keyboard(eye: Eye, site: Site) -> None:
    """A field is added, named, moved and kept; what is seen at the side is what was written."""
    page = site.come(eye, "wangfang", View("zh_CN", "light", DESKTOP))
    page.goto(site.url + FORM)
    rows = page.locator(".hr-build > li")
    expect(rows).to_have_count(5)
    page.locator("#add-text").press("Enter")
    expect(rows).to_have_count(6)
    expect(page.locator("#add-text")).to_be_focused()
    page.locator('[name="new1-kind"]').select_option("choice")
    expect(page.locator('[name="new1-v1-title.en"]')).to_be_visible()
    page.locator('[name="new1-title.zh_CN"]').fill("交通方式")
    page.locator('[name="new1-title.en"]').fill("Travel by")
    page.locator('[name="new1-v1-title.zh_CN"]').fill("高铁")
    page.locator('[name="new1-v2-title.zh_CN"]').fill("飞机")
    preview = page.locator(".hr-look-phone")
    expect(preview).to_contain_text("交通方式")
    expect(preview.locator("select")).to_contain_text("高铁")
    expect(page.locator('[name="new1-v2-title.zh_CN"]')).to_be_focused()
    up = page.locator("#up-new1")
    up.press("Enter")
    expect(rows.nth(4)).to_contain_text("交通方式")
    expect(up).to_be_focused()
    up.press("Enter")
    expect(rows.nth(3)).to_contain_text("交通方式")
    expect(rows.nth(3).locator("select").first).to_have_value("choice")
    page.locator("#look-desktop").check()
    expect(page.locator(".hr-look-desktop")).to_be_visible()
    look(page, "form-built", View("zh_CN", "light", DESKTOP), whole=True)
    eye.check(page)
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("表单已存为草稿")).to_be_visible()
    expect(page.locator("main")).to_contain_text("交通方式")


def test_what_is_wrong_is_told_at_the_field(eye: Eye, site: Site) -> None:
    """On a phone, in English: an empty title, and a choice without values."""
    page = site.come(eye, "wangfang", View("en", "dark", PHONE))
    page.goto(site.url + FORM)
    page.locator("#add-choice").click()
    expect(page.locator('[name="new1-title.en"]')).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.locator('#row-new1 [aria-invalid="true"]').first).to_be_visible()
    expect(page.locator("#row-new1")).to_contain_text("Say what this field is called")
    look(page, "form-wrong", View("en", "dark", PHONE), whole=True)
    eye.said[page] = [line for line in eye.said[page] if "422" not in line]
    eye.check(page)
