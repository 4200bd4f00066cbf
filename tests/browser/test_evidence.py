"""Evidence added on a phone: chosen, refused in one sentence, kept, shown with the figure and opened."""

from __future__ import annotations

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.harness import PHONE, Eye, View, look, violations
from tests.browser.site import Site

pytestmark = pytest.mark.browser

PDF = b"%PDF-1.4\nstartxref\n0\n%%EOF\n"


def paper(name: str, content: bytes, kind: str = "application/pdf") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


def send(page: Page, *files: FilePayload) -> None:
    """Choose files and send the form."""
    page.locator('[name="files"]').set_input_files(list(files))
    page.locator('main form [type="submit"]').last.click()


def refused(eye: Eye, page: Page) -> None:
    """The browser remarks on the status of a form that is not accepted, and on nothing else."""
    (remark,) = eye.said[page]
    assert "422" in remark
    eye.said[page].clear()


def test_a_figure_by_hand_with_its_evidence(eye: Eye, site: Site) -> None:
    view = View("zh_CN", "light", PHONE)
    page = site.come(eye, "wangfang", view)
    page.goto(f"{site.url}/performance/values/new")
    page.locator('[name="kpi_id"]').select_option(label="有效线索数 (leads)")
    page.locator('[name="unit_id"]').select_option(label="市场部")
    page.locator('[name="value"]').fill("97")
    page.locator('[name="evidence"]').fill("后台报表")
    send(page, paper("后台截图.png", PDF, "image/png"))
    expect(page.locator("#f-files-e")).to_contain_text("后台截图.png：")
    expect(page.locator('[name="value"]')).to_have_value("97")
    look(page, "evidence-refused", view, whole=True)
    assert violations(page) == []
    refused(eye, page)
    send(page, paper("后台报表.pdf", PDF), paper("线索.csv", "渠道,线索\n微信,66\n".encode(), "text/csv"))
    expect(page.get_by_text("数据已保存。")).to_be_visible()
    page.goto(f"{site.url}/performance/values")
    expect(page.locator("main .hr-file")).to_have_count(2)
    look(page, "evidence-shown", view, whole=True)
    eye.check(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="线索.csv").click()
    assert saved.value.suggested_filename == "线索.csv"


def test_figures_of_a_channel_with_their_evidence(eye: Eye, site: Site) -> None:
    view = View("en", "dark", PHONE)
    page = site.come(eye, "zhoulei", view)
    page.goto(f"{site.url}/crm/exposure/new")
    page.locator('[name="channel_id"]').select_option(label="Fairs")
    for name, value in (("impressions", "900"), ("paid", "80.00"), ("evidence", "bill")):
        page.locator(f'[name="{name}"]').fill(value)
    send(page, paper("empty.pdf", b""))
    expect(page.locator("#f-files-e")).to_contain_text("empty.pdf: The file is empty.")
    refused(eye, page)
    send(page, paper("bill.pdf", PDF))
    page.wait_for_url("**/crm/exposure")
    expect(page.locator("main .hr-file:visible")).to_have_count(1)
    look(page, "evidence-of-channel", view, whole=True)
    eye.check(page)
    page.locator("main td a.hr-link", has_text="Fairs").first.click()
    expect(page.locator('[name="stay"]')).to_be_checked()
    look(page, "evidence-stays", view, whole=True)
    eye.check(page)
    page.locator('[name="stay"]').uncheck()
    page.locator('main form [type="submit"]').last.click()
    page.wait_for_url("**/crm/exposure")
    expect(page.locator("main .hr-file")).to_have_count(0)
