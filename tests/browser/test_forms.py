"""Building a form in a browser: the picture follows while one writes, rows move by the keyboard, and all is kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.harness import DESKTOP, PHONE, Eye, View, look
from tests.browser.site import Site

pytestmark = pytest.mark.browser
FORM = "/processes/workflow.form:trip/form"


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


def test_a_file_is_handed_in_on_a_phone(eye: Eye, site: Site) -> None:
    """The form of a trip wants a file from now on; it is chosen, seen where it is decided, and nothing overflows."""
    page = site.come(eye, "wangfang", View("zh_CN", "light", DESKTOP))
    page.goto(site.url + FORM)
    count = page.locator(".hr-build > li").count()
    page.locator("#add-file").click()
    expect(page.locator(".hr-build > li")).to_have_count(count + 1)
    row = page.locator(".hr-build > li").last
    row.locator('[name$="-title.zh_CN"]').fill("邀请函")
    row.locator('[name$="-title.en"]').fill("Invitation")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="发布").click()
    page.locator("#hr-confirm [data-confirm-go]").click()
    expect(page.get_by_text("已生效")).to_be_visible()

    view = View("zh_CN", "light", PHONE)
    page = site.come(eye, "zhoulei", view)
    page.goto(f"{site.url}/requests/new/workflow.form:trip")
    for name, value in (("destination", "北京"), ("first_day", "2026-12-01"), ("last_day", "2026-12-02"),
                        ("reason", "参展")):  # fmt: skip
        page.locator(f'[name="{name}"]').fill(value)
    page.locator('[name="invitation"]').set_input_files(
        {"name": "邀请函.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\nstartxref\n0\n%%EOF\n"}
    )
    look(page, "form-file-phone", view, whole=True)
    eye.check(page)
    page.locator('main form [type="submit"]').last.click()
    expect(page.locator("main")).to_contain_text("邀请函.pdf")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已提交")).to_be_visible()
    link = page.get_by_role("link", name="审批详情").get_attribute("href")
    page = site.come(eye, "chenjing", view)
    page.goto(f"{site.url}{link}")
    expect(page.get_by_role("link", name="邀请函.pdf")).to_be_visible()
    look(page, "task-file-phone", view, whole=True)
    eye.check(page)


def test_how_a_process_starts_shows_what_belongs_to_the_choice(eye: Eye, site: Site) -> None:
    page = site.come(eye, "wangfang", View("en", "light", DESKTOP))
    page.goto(f"{site.url}/processes/workflow.form:purchase/trigger")
    expect(page.locator('[name="post"]')).to_be_hidden()
    page.get_by_label("At a time").check()
    expect(page.locator('[name="schedule"]')).to_be_visible()
    expect(page.locator('[name="event"]')).to_be_hidden()
    page.get_by_label("Something has happened").check()
    expect(page.locator('[name="event"]')).to_be_visible()
    expect(page.locator('[name="fixed.item"]')).to_be_hidden()
    page.locator('[name="from.item"]').select_option("fixed")
    expect(page.locator('[name="fixed.item"]')).to_be_visible()
    look(page, "process-trigger-event", View("en", "light", DESKTOP), whole=True)
    eye.check(page)
