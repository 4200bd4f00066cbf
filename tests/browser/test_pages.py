"""The pages of the demo company as its people see them: accessible, quiet, as wide as their window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from core.base import clock
from core.base.actor import Actor
from core.base.period import Month
from core.base.stored import to_json
from core.base.text import catalogue
from core.demo import story
from core.identity.models import Account
from core.jobs import queue
from core.jobs.joblog import JobLog
from core.kernel.specs import Message, Recipients
from core.notify.models import Bounce, Notice
from core.notify.telling import notify
from core.web import ports
from core.webhooks import endpoints, subscriptions
from core.webhooks.models import WebhookDelivery, WebhookReceipt, WebhookRefusal, WebhookTry
from core.webhooks.spreading import row_of
from tests.browser.harness import DESKTOP, PHONE, VIEWS, Eye, View, look, serve

pytestmark = pytest.mark.browser

COMPUTING = catalogue("payroll")("Computing {count} payslip", "Computing {count} payslips", count=63)
ANSWERED = catalogue("webhooks")("It answered {status}.")
SILENT = catalogue("webhooks")(
    "Nothing has arrived for {count} hour.", "Nothing has arrived for {count} hours.", count=24
)
GIVEN_UP = catalogue("jobs")("The job failed. The log of the server says why.")

NEAR = (View("zh_CN", "light", DESKTOP), View("en", "dark", PHONE))
"""Each language, theme and width once; the other views run with the long tests."""
FAR = tuple(view for view in VIEWS if view not in NEAR)

BAD_PEOPLE = """工号,姓名,性别,入职日期,用工性质,单位编码,岗位编码
LK901,钱多多,女,2026-11-31,正式,MKT,P-NONE
LK902,,男,2026-11-02,正式,NOWHERE,
LK901,钱多多,未知,2026-11-02,临时,MKT,
"""
BAD_PUNCHES = """LK014	2026-11-23 08:51:07	1	0	1	0
XX999	2026-11-23 08:59:00	1	0	1	0
LK014	2026-11-31 18:02:00	1	1	1	0
LK014	yesterday
"""


@dataclass
class Site:
    """The served company; people sign in once, in the browser, and keep their cookies."""

    url: str
    eye: Eye | None = None
    cookies: dict[str, list[Any]] = field(default_factory=dict)
    jobs: dict[str, int] = field(default_factory=dict)

    def come(self, eye: Eye, login: str, view: View, *, javascript: bool = True) -> Page:
        """A window in which somebody is signed in and reads in the language and theme of the view."""
        page = eye.window(view, javascript=javascript, cookies=self.cookies.get(login))
        if login and login not in self.cookies:
            sign_in(page, self.url, login)
            self.cookies[login] = list(page.context.cookies())
        page.goto(f"{self.url}/")
        token = page.locator('[name="csrf_token"]').first.get_attribute("value") or ""
        chosen: dict[str, str | float | bool] = {
            "csrf_token": token, "locale": view.locale, "theme": view.theme, "next": "/",
        }
        page.request.post(f"{self.url}/preference", form=chosen)
        return page


def sign_in(page: Page, url: str, login: str) -> None:
    """Through the form, as everybody does it."""
    page.goto(f"{url}/sign-in")
    page.locator('[name="login"]').fill(login)
    page.locator('[name="password"]').fill(f"lingke-{login}-2026")
    page.locator('main [type="submit"]').click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


@pytest.fixture(scope="module")
def site(company: Flask) -> Iterator[Site]:
    with serve(company) as url:
        make_notices(company)
        make_webhooks(company)
        yield Site(url, jobs=make_jobs(company))


def make_notices(company: Flask) -> None:
    """What 马欣 is told of: read and unread, and one thing somebody else did not read."""
    house = ports.of(company).house
    _ = catalogue("payroll")
    with house.session(Actor.system("notices to look at"), write=True) as session:
        accounts = {row.login: row.id for row in session.scalars(select(Account))}
        mine = Recipients([accounts["maxin"]])
        for month in (8, 9, 10):
            text = _("Your payslip for {month} is ready", month=Month(2026, month).title)
            notify(session, "payroll.payslip_published", Message(text, link="/payroll/payslips"), to=mine)
        session.execute(update(Notice).values(read_at=clock.now()))
        failed = catalogue("jobs")("“{job}” did not succeed", job=catalogue("payroll")("Payroll"))
        why = catalogue("jobs")("You asked for it, and nothing of it was kept. Its page says why, and runs it again.")
        notify(session, "jobs.job_failed", Message(failed, (why,), "/jobs/1"), to=mine)
        session.execute(update(Notice).where(Notice.kind == "jobs.job_failed").values(
            for_account_id=accounts["xumei"]
        ))
        session.add(Bounce(
            account_id=accounts["maxin"], channel="mail", address="maxin@lingke.example", code=550, at=clock.now()
        ))


def make_jobs(company: Flask) -> dict[str, int]:
    """One job of 马欣 in each state there is to look at; no worker runs in these tests, so they stay in it."""
    house = ports.of(company).house
    with house.session(Actor.system("jobs to look at"), write=True) as session:
        account = session.scalars(select(Account).where(Account.login == "maxin")).one()
        actor = Actor(kind="person", name="马欣", account_id=account.id, person_id=account.person_id)
        made = {}
        lines = JobLog()
        for line in (COMPUTING, "OSError (payroll/services/run.py:95)"):
            lines.add(line)
        for state, done in (("queued", 0), ("running", 21), ("done", 63), ("failed", 40), ("cancelled", 12)):
            row = queue.enqueue(session, actor, "payroll.calculate", {}, key=f"look-{state}")
            row.state, row.progress_done, row.progress_total = state, done, 63
            row.message = [to_json(COMPUTING)] if done else None
            row.error = [to_json(GIVEN_UP)] if state == "failed" else None
            row.log = lines.stored() if state in ("failed", "running") else None
            session.flush()
            made[state] = row.id
    return made


def make_webhooks(company: Flask) -> None:
    """Two subscriptions, one of them paused, with deliveries in each state; an address that received something."""
    house, actor = ports.of(company).house, Actor.system("webhooks to look at")
    now = clock.now()
    with house.session(actor, write=True) as session:
        for name, events in (("金蝶总账", ["payroll.*", "attendance.month_closed"]), ("钉钉机器人", ["*"])):
            webhook, _secret = subscriptions.create(
                session, actor, name=name, url="https://erp.example.com/integration/remit/hooks/7f3a9", events=events,
                filter="month >= 202611" if len(events) > 1 else "",
            )
            for number, (state, status) in enumerate(
                (("done", 204), ("failed", 500), ("waiting", None), ("skipped", None))
            ):
                row = WebhookDelivery(**{
                    **row_of(webhook.id, "payroll.run_approved", {"run_id": 7, "month": "2026-11"}, now, number),
                    "state": state, "status": status, "took_ms": 184 if status else None, "sent": 2 if status else 0,
                })  # fmt: skip
                session.add(row)
                session.flush()
                for n in range(row.sent):
                    failure = [to_json(ANSWERED.filled(status=500))] if state == "failed" or n == 0 else None
                    row.error = failure
                    session.add(WebhookTry(
                        delivery_id=row.id, number=n + 1, at=now, status=500 if failure else status, took_ms=184,
                        answer="<h1>Internal Server Error</h1>" if failure else "", error=failure,
                    ))  # fmt: skip
            if events == ["*"]:
                subscriptions.pause_by_itself(session, webhook, "unreachable", SILENT)
        endpoint, _secret = endpoints.create(session, actor, kind="attendance.punches", name="一号门考勤机")
        for number, state in enumerate(("done", "failed", "waiting")):
            session.add(WebhookReceipt(
                endpoint_id=endpoint.id, delivery_key=f"msg_2f81c0a4d{number}", received_at=now, body="{}", size=2,
                content_type="application/json", state=state,
                error=[to_json(ANSWERED.filled(status=500))] if state == "failed" else None,
            ))  # fmt: skip
        session.add(WebhookRefusal(endpoint_id=endpoint.id, number=3, at=now, why="signature"))


Steps = Callable[[Page, str], None]


def at(path: str) -> Steps:
    """Straight to an address."""

    def go(page: Page, url: str) -> None:
        page.goto(url + path)

    return go


def chart_with_post(view: str) -> Steps:
    """The chart, with a position of it chosen."""

    def go(page: Page, url: str) -> None:
        page.goto(f"{url}/org?view={view}")
        page.goto(url + str(page.locator('.hr-canvas a[href*="position="]').first.get_attribute("href")))
        expect(page.locator(".hr-org .hr-panel, .hr-org aside").first).to_be_visible()

    return go


def bell(page: Page, url: str) -> None:
    """What the bell opens; on a phone it leads to the list."""
    page.goto(f"{url}/account")
    page.locator('.hr-top :is(button[popovertarget="hr-notes"], a[href="/notifications"]):visible').click()
    expect(page.locator("#hr-notes-list li, #notices li").first).to_be_visible()


def run_masked(page: Page, url: str) -> None:
    """The last run as it opens: who, and dots."""
    page.goto(f"{url}/payroll/runs")
    page.locator("main td a").first.click()
    expect(page.locator("#slips tbody tr")).not_to_have_count(0)


def run_review(page: Page, url: str) -> None:
    """The last run, its amounts opened, with the reasons of its second payslip."""
    run_masked(page, url)
    show = page.locator('form[action$="/amounts"] button')
    if show.count():  # in another view they are open already
        show.click()
    expect(page.locator("#slips")).not_to_contain_text("••••")
    page.locator("#slips tbody a").nth(1).click()
    page.wait_for_url(lambda address: "slip=" in address)
    page.locator("#panel summary").first.click()
    expect(page.locator("#panel details[open]").first).to_be_visible()


def masked_slip(page: Page, url: str) -> None:
    """One's own last payslip, a line of it opened: what it is stands there, how much does not."""
    page.goto(f"{url}/payroll/payslips")
    page.locator('main a[href*="/payroll/payslips/"]').first.click()
    page.locator("article summary").first.click()
    expect(page.locator("article")).to_contain_text("••••")


def shown_slip(page: Page, url: str) -> None:
    """The same slip after its owner asked for the amounts."""
    masked_slip(page, url)
    page.locator("article form button").click()
    expect(page.locator("article .hr-figure")).not_to_contain_text("•")
    page.locator("article summary").first.click()


def import_report(page: Page, url: str) -> None:
    """What is said of a people file that cannot be written."""
    page.goto(f"{url}/imports/new/people")
    page.locator('[name="file"]').set_input_files(
        {"name": "新员工.csv", "mimeType": "text/csv", "buffer": BAD_PEOPLE.encode()}
    )
    page.locator('main form [type="submit"]').click()
    expect(page.locator("main table").first).to_be_visible()


def punch_report(page: Page, url: str) -> None:
    """What is said of a terminal's file with lines that are no punches."""
    page.goto(f"{url}/attendance/import")
    page.locator('[name="file"]').set_input_files(
        {"name": "attlog.dat", "mimeType": "text/plain", "buffer": BAD_PUNCHES.encode()}
    )
    page.locator('main form [type="submit"]').click()
    expect(page.locator("main table").first).to_be_visible()


def person(page: Page, url: str) -> None:
    """The file of a colleague, as personnel sees it."""
    page.goto(f"{url}/people?q=chenjing")
    page.locator("#people tbody a").first.click()
    expect(page.locator("h1")).to_contain_text("陈静")


def opened(before: Steps, kind: str) -> Steps:
    """Where a page leads into the audit log: what happened to a thing, or who looked at a person's data."""

    def go(page: Page, url: str) -> None:
        before(page, url)
        page.goto(url + str(page.locator(f'main a[href^="/audit/{kind}/"]').first.get_attribute("href")))
        expect(page.locator("h1")).to_be_visible()

    return go


def letter(page: Page, url: str) -> None:
    """A letter that was revoked, as the register shows it."""
    page.goto(f"{url}/letters?state=revoked")
    page.locator("main tbody a").first.click()
    expect(page.locator("main .hr-t-bad").first).to_be_visible()


def letter_text(page: Page, url: str) -> None:
    """A text that is changed and looked at before it is saved."""
    page.goto(f"{url}/admin/letters/payroll.income")
    page.locator('[name="closing.zh_CN"]').fill("以上情况属实，特此证明。")
    page.locator('button[value="preview"]').click()
    expect(page.locator(".hr-letter").first).to_contain_text("以上情况属实")


def letter_verified(page: Page, url: str) -> None:
    """A number and code that nobody gave."""
    page.goto(f"{url}/letters/verify?number=LK-2026-0001&code=7QXM-4TKB")
    expect(page.locator("main [role=alert]")).to_be_visible()


def first(path: str, place: int = 0) -> Steps:
    """What the first row of a list leads to, or another one."""

    def go(page: Page, url: str) -> None:
        page.goto(url + path)
        page.locator("main td:first-child a").nth(place).click()
        page.wait_for_url(lambda address: not address.endswith(path))

    return go


def delivery(page: Page, url: str) -> None:
    """A delivery that failed, with its tries."""
    first("/admin/webhooks")(page, url)
    page.locator('main a[href*="/deliveries/"]').nth(1).click()
    expect(page.locator("main .hr-code").first).to_be_visible()


def contract(page: Page, url: str) -> None:
    """A document with its file, as personnel sees it after saying what for."""
    page.goto(f"{url}/documents/?show=expiring")
    page.locator("#documents tbody a").first.click()
    if page.locator("main summary").count():
        page.locator("main summary").first.click()
        page.locator('main details[open] [name="purpose"]').fill("续签劳动合同")
        page.locator("main details[open] form button").click()
    expect(page.locator('main a[href^="/files/"]').first).to_be_visible()


def new_document(page: Page, url: str) -> None:
    """The form for somebody who lacks a contract."""
    page.goto(f"{url}/documents/?show=missing")
    page.locator('#documents a[href*="/documents/new/"]').first.click()
    expect(page.locator('[name="file"]')).to_be_attached()


def send_wrong_file(page: Page, url: str) -> None:
    """The form of a new document after a file that is something else than its name says."""
    new_document(page, url)
    page.locator('[name="number"]').fill("LK-LD-2026-099")
    page.locator('[name="file"]').set_input_files(
        {"name": "劳动合同.pdf", "mimeType": "application/pdf", "buffer": b"\x89PNG\r\n\x1a\n" + bytes(100)}
    )
    page.locator('main form [type="submit"]').last.click()
    expect(page.locator('main [role="alert"]')).to_be_visible()


PAGES: dict[str, tuple[str, Steps]] = {
    "home-employee": ("chenjing", at("/")),
    "home-payroll": ("maxin", at("/")),
    "home-director": ("wangfang", at("/")),
    "home-finance": ("xumei", at("/")),
    "org-units": ("wangfang", chart_with_post("units")),
    "org-reports": ("wangfang", chart_with_post("reports")),
    "org-edges": ("wangfang", at("/org?view=edges")),
    "people": ("wangfang", at("/people")),
    "person": ("wangfang", person),
    "runs": ("maxin", at("/payroll/runs")),
    "run-masked": ("maxin", run_masked),
    "run": ("maxin", run_review),
    "run-finance": ("xumei", run_masked),
    "payslips": ("chenjing", at("/payroll/payslips")),
    "payslip-masked": ("chenjing", masked_slip),
    "payslip-shown": ("chenjing", shown_slip),
    "attendance-mine": ("chenjing", at("/attendance/mine/2026-10")),
    "attendance-sheet": ("maxin", at("/attendance/sheet/2026-10")),
    "import": ("wangfang", at("/imports/")),
    "import-report": ("wangfang", import_report),
    "punch-report": ("maxin", punch_report),
    "lists": ("wangfang", at("/authority/")),
    "list-mine": ("chenjing", at("/authority/mine")),
    "list-unit": ("liuyang", at("/authority/units/5")),
    "list-entry": ("liuyang", at("/authority/entries/ACQ-HEAD.A1")),
    "list-everybody": ("liuyang", at("/authority/everybody")),
    "jobs": ("wangfang", at("/admin/jobs")),
    "events": ("wangfang", at("/admin/events?show=failed")),
    "documents": ("wangfang", at("/documents/")),
    "documents-missing": ("wangfang", at("/documents/?show=missing")),
    "document": ("wangfang", contract),
    "document-new": ("wangfang", new_document),
    "document-mine": ("chenjing", at("/documents/mine")),
    "schedules": ("wangfang", at("/admin/schedules")),
    "schedule": ("wangfang", at("/admin/schedules/files.purge")),
    "letters-mine": ("chenjing", at("/letters/mine")),
    "letters": ("wangfang", at("/letters")),
    "letter": ("wangfang", letter),
    "letter-issue": ("wangfang", at("/letters/issue?person=14&kind=payroll.income")),
    "letter-texts": ("wangfang", at("/admin/letters")),
    "letter-text": ("wangfang", letter_text),
    "letter-verify": ("", letter_verified),
    "numbers": ("wangfang", at("/admin/numbers")),
    "number": ("wangfang", at("/admin/numbers/letters.employment")),
    "notifications": ("maxin", at("/notifications")),
    "no-notifications": ("wangfang", at("/notifications")),
    "bell": ("maxin", bell),
    "notification-choices": ("maxin", at("/account/notifications")),
    "mails": ("wangfang", at("/admin/mails")),
    "webhooks": ("wangfang", at("/admin/webhooks")),
    "webhook": ("wangfang", first("/admin/webhooks")),
    "webhook-paused": ("wangfang", first("/admin/webhooks", 1)),
    "webhook-new": ("wangfang", at("/admin/webhooks/new")),
    "webhook-delivery": ("wangfang", delivery),
    "webhooks-in": ("wangfang", at("/admin/webhooks/incoming")),
    "webhook-in": ("wangfang", first("/admin/webhooks/incoming")),
    "webhook-in-new": ("wangfang", at("/admin/webhooks/incoming/new")),
    "audit-thing": ("wangfang", opened(chart_with_post("units"), "of")),
    "audit-looks": ("wangfang", opened(person, "looks")),
    "audit-account": ("wangfang", at("/audit/by/3")),
    "account": ("chenjing", at("/account")),
    "sign-in": ("", at("/sign-in")),
}


def walk(eye: Eye, site: Site, name: str, view: View) -> None:
    """Go to a page as the person whose page it is; look at it; check it."""
    login, steps = PAGES[name]
    page = site.come(eye, login, view)
    steps(page, site.url)
    look(page, f"page-{name}", view, whole=True)
    assert page.evaluate("document.documentElement.lang") == ("en" if view.locale == "en" else "zh-CN")
    eye.check(page)


@pytest.mark.parametrize("view", NEAR, ids=str)
@pytest.mark.parametrize("name", PAGES)
def test_page(eye: Eye, site: Site, name: str, view: View) -> None:
    walk(eye, site, name, view)


@pytest.mark.full
@pytest.mark.parametrize("view", FAR, ids=str)
@pytest.mark.parametrize("name", PAGES)
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
    assert eye.said[page] == []


def test_every_account_of_the_story_is_asked_for() -> None:
    """The passwords these tests type are those of the story."""
    known = {one.login: one.password for one in story.ACCOUNTS}
    assert {login for login, steps in PAGES.values() if login} <= set(known)
    assert all(known[login] == f"lingke-{login}-2026" for login, steps in PAGES.values() if login)
