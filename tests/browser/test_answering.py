"""Answering in a browser: from a mail to a decision, phrases by one press or by keys, and files that are too large."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import FilePayload, Page, expect

from core.workflow import attachments
from tests.browser.harness import DESKTOP, PHONE, Eye, View, look
from tests.browser.site import Site, sign_in
from tests.journeys.conftest import visit
from tests.journeys.mailbox import mailbox
from tests.journeys.test_answer_by_mail import trip
from tests.visitor import Visitor

pytestmark = pytest.mark.browser

__all__ = ["visit"]

DESK, POCKET = View("zh_CN", "light", DESKTOP), View("en", "dark", PHONE)
PDF = b"%PDF-1.4\nstartxref\n0\n%%EOF\n"


def mailed(company: Flask, visit: Callable[[str], Visitor], where: str) -> tuple[str, str]:
    """Somebody asks for a trip; the paths in the mail to whoever decides it."""
    with mailbox(company) as mails:
        trip(visit("zhoulei"), where)
        mails.send()
        return mails.answers("chenjing")


def paper(name: str, content: bytes) -> FilePayload:
    """A file as an input takes it."""
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def task_of(site: Site, eye: Eye, view: View) -> Page:
    """The page of what waits for her first."""
    page = site.come(eye, "chenjing", view)
    page.goto(f"{site.url}/tasks/")
    path = page.locator(".hr-inbox-item").last.get_attribute("href")
    page.goto(f"{site.url}{path}")
    expect(page.locator("#answer")).to_be_visible()
    return page


@pytest.mark.parametrize("view", [DESK, POCKET], ids=str)
def test_from_a_mail_to_a_decision(
    eye: Eye, site: Site, company: Flask, visit: Callable[[str], Visitor], view: View
) -> None:
    yes, no = mailed(company, visit, f"成都{view.width}")
    stranger = eye.window(view)
    stranger.goto(f"{site.url}{yes}")
    expect(stranger.locator('[name="password"]')).to_be_visible()
    stranger.locator('[name="login"]').fill("chenjing")
    stranger.locator('[name="password"]').fill("lingke-chenjing-2026")
    stranger.locator('main [type="submit"]').click()
    stranger.wait_for_url(f"{site.url}{yes}")
    expect(stranger.locator("main")).to_contain_text(f"成都{view.width}")
    page = site.come(eye, "chenjing", view)
    page.goto(f"{site.url}{no}")
    look(page, "mail-refuse", view, whole=True)
    eye.check(page)
    page.goto(f"{site.url}{yes}")
    look(page, "mail-approve", view, whole=True)
    eye.check(page)
    page.locator("[data-phrase]").first.click()
    page.keyboard.press("Escape")
    expect(page.locator('[name="comment"]')).to_have_value("同意。" if view == DESK else "I agree.")
    page.locator("h1").click()
    page.keyboard.press("a")
    expect(page.locator('[data-key="a"]')).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/tasks/")
    page.goto(f"{site.url}{no}")
    expect(page.locator("main")).to_contain_text("只能使用一次" if view == DESK else "links work once")
    look(page, "mail-over", view, whole=True)
    eye.check(page)


def test_without_a_script_a_mail_is_answered_as_well(
    eye: Eye, site: Site, company: Flask, visit: Callable[[str], Visitor]
) -> None:
    _yes, no = mailed(company, visit, "昆明")
    page = eye.window(DESK, javascript=False)
    sign_in(page, site.url, "chenjing")
    page.goto(f"{site.url}{no}")
    expect(page.locator("[data-phrase]").first).to_be_hidden()
    page.locator('main form [type="submit"]').click()
    expect(page.locator('main [role="alert"]')).to_be_visible()
    page.locator('[name="comment"]').fill("本月不出差")
    page.locator('main form [type="submit"]').click()
    page.wait_for_url(f"{site.url}/tasks/")


@pytest.mark.parametrize("view", [DESK, POCKET], ids=str)
def test_phrases_are_written_where_the_cursor_is(
    eye: Eye, site: Site, company: Flask, visit: Callable[[str], Visitor], view: View
) -> None:
    trip(visit("zhoulei"), "兰州")
    page = task_of(site, eye, view)
    comment, chips = page.locator("#f-comment"), page.locator("[data-phrase]")
    first, second = (str(chips.nth(at).get_attribute("data-phrase")) for at in (0, 1))
    chips.nth(0).click()
    expect(comment).to_have_value(first)
    expect(comment).to_be_focused()
    chips.nth(1).click()
    expect(comment).to_have_value(f"{first}\n{second}")
    look(page, "task-phrases", view, whole=True)
    eye.check(page)
    page.goto(f"{site.url}/tasks/batch")
    page.locator("[data-phrase]").first.click()
    expect(page.locator("#f-comment")).to_have_value(first)
    look(page, "batch-phrases", view, whole=True)
    eye.check(page)
    page.go_back()
    comment.fill("x" * 1999)
    chips.nth(0).click()
    expect(comment).to_have_value("x" * 1999)  # it would be longer than is accepted
    comment.fill("")
    comment.press("a")
    comment.press("r")
    expect(comment).to_have_value("ar")
    chips.nth(0).focus()
    page.keyboard.press("r")
    expect(page.locator('[data-key="r"]')).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator('[data-key="a"]')).to_be_focused()


def test_the_list_is_walked_by_keys_beside_the_chips(
    eye: Eye, site: Site, company: Flask, visit: Callable[[str], Visitor]
) -> None:
    for where in ("银川", "西宁"):
        trip(visit("zhoulei"), where)
    page = task_of(site, eye, DESK)
    here = page.url
    page.locator("[data-phrase]").first.focus()
    page.keyboard.press("k")
    page.wait_for_url(lambda address: address != here)
    page.locator("[data-phrase]").first.focus()
    page.keyboard.press("j")
    page.wait_for_url(here)


@pytest.mark.parametrize("view", [DESK, POCKET], ids=str)
def test_a_file_goes_along_and_one_that_is_too_large_does_not(
    eye: Eye, site: Site, company: Flask, visit: Callable[[str], Visitor], view: View, tmp_path: Path
) -> None:
    trip(visit("zhoulei"), "大连")
    page = task_of(site, eye, view)
    page.locator("#f-text").fill("预算见附件")
    large = tmp_path / "large.pdf"
    large.write_bytes(bytes(attachments.LARGEST + 1))
    page.locator("#f-comment_files").set_input_files(large)
    assert page.locator("#f-comment_files").input_value() == ""
    told = page.locator("#f-comment_files").evaluate("input => input.validationMessage")
    assert "10 MB" in told
    page.locator("#f-comment_files").set_input_files(paper("坏的.pdf", b"%PDF-1.4 cut"))
    page.locator('form[action$="/comments"] [type="submit"]').click()
    expect(page.locator("main .hr-err")).to_contain_text("坏的.pdf")
    expect(page.locator("#f-text")).to_have_value("预算见附件")
    look(page, "task-file-refused", view, whole=True)
    eye.said[page] = [line for line in eye.said[page] if "422" not in line]
    page.locator("#f-comment_files").set_input_files(paper("预算表.pdf", PDF))
    page.locator('form[action$="/comments"] [type="submit"]').click()
    expect(page.locator(".hr-timeline .hr-file").last).to_contain_text("预算表.pdf")
    look(page, "task-files", view, whole=True)
    eye.check(page)
    with page.expect_response(lambda answer: "/files/" in answer.url and answer.status == 200) as opened:
        page.locator(".hr-timeline .hr-file").last.click()
    assert opened.value.headers["content-type"] == "application/pdf"
