"""The pages of the demo company as its people see them: accessible, quiet, as wide as their window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import expect

from core.demo import story
from tests.browser import scene
from tests.browser.harness import DESKTOP, PHONE, VIEWS, Eye, View, look, serve
from tests.browser.site import Site, sign_in
from tests.browser.ways import PAGES, SHEETS, send_sheets, send_wrong_file, sheets_read
from tests.core.authority.sheets.test_word_sheets import document

pytestmark = pytest.mark.browser

NEAR = (View("zh_CN", "light", DESKTOP), View("en", "dark", PHONE))
"""Each language, theme and width once; the other views run with the long tests."""
FAR = tuple(view for view in VIEWS if view not in NEAR)


@pytest.fixture(scope="module")
def site(company: Flask) -> Iterator[Site]:
    with serve(company) as url:
        scene.make_notices(company)
        scene.make_webhooks(company)
        scene.make_list(company)
        yield Site(url, jobs=scene.make_jobs(company))


def walk(eye: Eye, site: Site, name: str, view: View) -> None:
    """Go to a page as the person whose page it is; look at it; check it."""
    login, steps = PAGES[name]
    page = site.come(eye, login, view)
    steps(page, site.url)
    look(page, f"page-{name}", view, whole=True)
    assert page.evaluate("document.documentElement.lang") == ("en" if view.locale == "en" else "zh-CN")
    eye.check(page)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("view", NEAR, ids=str)
def test_page(eye: Eye, site: Site, name: str, view: View) -> None:
    walk(eye, site, name, view)


@pytest.mark.full
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("view", FAR, ids=str)
def test_page_in_the_other_views(eye: Eye, site: Site, name: str, view: View) -> None:
    walk(eye, site, name, view)


@pytest.mark.parametrize("view", NEAR, ids=str)
@pytest.mark.parametrize("state", ["queued", "running", "done", "failed", "cancelled"])
def test_job(eye: Eye, site: Site, state: str, view: View) -> None:
    """Waiting, under way and ended, in whichever manner: the page says how far it is and what can be done."""
    page = site.come(eye, "maxin", view)
    page.goto(f"{site.url}/jobs/{site.jobs[state]}")
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator('form[action$="/cancel"]')).to_have_count(1 if state in ("queued", "running") else 0)
    look(page, f"page-job-{state}", view)
    eye.check(page)


@pytest.mark.parametrize("view", NEAR, ids=str)
@pytest.mark.parametrize(("status", "path"), [(403, "/payroll/runs"), (404, "/people/999999")])
def test_refusal(eye: Eye, site: Site, status: int, path: str, view: View) -> None:
    """Refused in the frame, with the way back; the browser remarks on nothing but the status."""
    page = site.come(eye, "liuyang", view)
    answer = page.goto(site.url + path)
    assert answer
    assert answer.status == status
    look(page, f"page-{status}", view)
    assert page.locator('main a[href="/"]').first.is_visible()
    assert [line for line in eye.said[page] if str(status) not in line] == []
    eye.said[page] = []
    eye.check(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_an_upload_that_is_refused_and_one_that_is_kept(eye: Eye, site: Site, javascript: bool) -> None:
    """Refused: the form with what was typed and the sentence. Kept: the document, its number masked."""
    view = View("zh_CN", "light", PHONE if javascript else DESKTOP)
    page = site.come(eye, "wangfang", view, javascript=javascript)
    send_wrong_file(page, site.url)
    look(page, f"page-document-refused-{'script' if javascript else 'plain'}", view, whole=True)
    expect(page.locator('main [role="alert"]')).to_contain_text("与实际内容（PNG 图片）不符")
    assert page.locator('[name="number"]').input_value() == "LK-LD-2026-099"
    eye.said[page] = [line for line in eye.said[page] if "422" not in line]
    page.locator('[name="number"]').fill(f"LK-LD-2026-1{int(javascript)}0001")
    page.locator('[name="file"]').set_input_files(
        {"name": "劳动合同.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\nstartxref\n0\n%%EOF\n"}
    )
    page.locator('main form [type="submit"]').last.click()
    page.wait_for_url(lambda address: "/new/" not in address)
    expect(page.locator("main")).to_contain_text("劳动合同.pdf")
    expect(page.locator("main")).to_contain_text("••••0001")
    if javascript:
        eye.check(page)
    page.locator('form[action$="/remove"] button').click()
    if javascript:
        page.locator("#hr-confirm [data-confirm-go]").click()
    page.wait_for_url(lambda address: "/people/" in address)


@pytest.mark.parametrize("view", NEAR, ids=str)
def test_documents_that_cannot_be_read_are_named(eye: Eye, site: Site, view: View) -> None:
    """Each with its sentence; of the good one among them nothing is kept."""
    page = site.come(eye, "wangfang", view)
    good = {name: document(*tables) for name, tables in SHEETS.items()}
    send_sheets(page, site.url, {**good, "旧版.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
                                 "通讯录.docx": document([["姓名", "电话"], ["张三", "1"]])})
    expect(page.locator('main [aria-invalid="true"]')).to_have_count(1)
    told = page.locator("main").inner_text()
    assert "旧版.docx" in told
    assert "通讯录.docx" in told
    assert "行政岗位汇总.docx" not in told
    look(page, "page-list-sheets-refused", view, whole=True)
    eye.said[page] = [line for line in eye.said[page] if "422" not in line]
    eye.check(page)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "plain"])
def test_posts_of_documents_are_corrected_and_made(eye: Eye, site: Site, javascript: bool) -> None:
    """From Word to the draft, with a script and without one."""
    view = View("zh_CN", "dark", DESKTOP if javascript else PHONE)
    page = site.come(eye, "wangfang", view, javascript=javascript)
    sheets_read(page, site.url)
    page.locator('[name="p0-take"]').uncheck()
    page.locator('[name="p1-unit"]').fill("FIN" if javascript else "HRD")
    page.locator('[name="do"]').click()
    expect(page.locator("main")).to_contain_text("不采用")
    assert page.locator('[name="p1-unit"]').input_value() == ("FIN" if javascript else "HRD")
    look(page, f"page-list-sheets-checked-{'script' if javascript else 'plain'}", view, whole=True)
    if javascript:
        eye.check(page)
    page.locator('main form [type="submit"]:not([name="do"])').last.click()
    page.wait_for_url(lambda address: "/authority/drafts/" in address)
    expect(page.locator("main")).to_contain_text("行政岗位汇总.docx")


def test_a_payslip_is_read_without_javascript(eye: Eye, site: Site) -> None:
    page = eye.window(View("zh_CN", "light", PHONE), javascript=False)
    sign_in(page, site.url, "liuyang")
    page.goto(f"{site.url}/payroll/payslips")
    page.locator('main a[href*="/payroll/payslips/"]').first.click()
    assert "••••" in page.locator("article").inner_text()
    page.locator("article form button").click()
    assert "¥" in page.locator("article .hr-figure").inner_text()
    page.locator('form[action$="/preference"] button[value="en"]').click()
    assert page.locator("html").get_attribute("lang") == "en"
    site.chosen.pop("liuyang", None)
    assert eye.said[page] == []


def test_every_account_of_the_story_is_asked_for() -> None:
    """The passwords these tests type are those of the story."""
    known = {one.login: one.password for one in story.ACCOUNTS}
    assert {login for login, steps in PAGES.values() if login} <= set(known)
    assert all(known[login] == f"lingke-{login}-2026" for login, steps in PAGES.values() if login)
