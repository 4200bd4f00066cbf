"""How each page of the demo company is reached, and by whom."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import FilePayload, Page, expect

from tests.browser.ways_beside import BESIDE, BY_WAYS
from tests.core.authority.sheets.test_word_sheets import document

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


#: Names of documents, and the tables of each.
SHEETS: dict[str, list[list[list[str | None]]]] = {
    "投放专员岗位说明书.docx": [[
        ["单位名称", "市场部", "岗位名称", "投放专员"], ["岗位等级", "P5", "岗位数量", "2个"],
        ["直接上级", "市场总监", "", ""],
        ["职责任务", "1.制定投放计划\n2.每日跟踪投放效果，异常当日上报\n3.每月复盘获客成本", None, None],
        ["工作标准", "1.每月 25 日前完成\n2.当日办结\n3.每月 5 日前提交", None, None],
        ["任职条件", "本科及以上，两年以上投放经验", None, None], ["岗位风险等级", "二级", None, None],
    ]],
    "行政岗位汇总.docx": [[
        ["序号", "部门名称", "岗位名称", "岗位职责", "任职条件"],
        ["1", "综合管理部", "档案员", "收集档案\n保管档案", "大专"],
    ], [["姓名", "联系电话"], ["张三", "021-5555"]]],
}  # fmt: skip

Steps = Callable[[Page, str], None]


def at(path: str) -> Steps:
    """Straight to an address."""

    def go(page: Page, url: str) -> None:
        page.goto(url + path)

    return go


def first_of_mine(page: Page, url: str) -> None:
    """The first of what waits for the reader, with all he may do about it."""
    page.goto(f"{url}/tasks/")
    path = page.locator(".hr-inbox-item").first.get_attribute("href")
    page.goto(f"{url}{path}")
    expect(page.locator("#answer")).to_be_visible()


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


def gap(page: Page, url: str) -> None:
    """The amounts nobody may approve, with the ladder they lie in."""
    page.goto(f"{url}/authority/coverage?code=C05")
    page.locator("#findings .hr-list-link").first.click()
    expect(page.locator("main tbody tr")).to_have_count(2)


def list_draft(page: Page, url: str) -> None:
    """A draft of a list, with last quarter's decisions judged by it."""
    page.goto(f"{url}/authority/drafts/1")
    expect(page.locator("#draft-past .hr-bones")).to_have_count(0)
    expect(page.locator("#draft-past")).to_be_visible()


def list_trial(page: Page, url: str) -> None:
    """The trial of a draft; whoever looks first starts it."""
    list_draft(page, url)
    start = page.locator('form[action$="/trial"] button')
    if start.count():
        start.click()
        page.wait_for_url(lambda address: "/authority/shadow/" in address)
    else:
        page.goto(url + str(page.locator('main a[href^="/authority/shadow/"]').first.get_attribute("href")))
    expect(page.locator('form[action$="/stop"]')).to_be_visible()


def send_sheets(page: Page, url: str, files: dict[str, bytes]) -> None:
    """Send documents to be read."""
    page.goto(f"{url}/authority/sheets")
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    sent: list[FilePayload] = [{"name": name, "mimeType": word, "buffer": data} for name, data in files.items()]
    page.locator('[name="file"]').set_input_files(sent)
    page.locator('main form [type="submit"]').click()


def sheets_read(page: Page, url: str) -> None:
    """What two documents say of posts: a unit that is none, a list that is kept as a draft, cells not understood."""
    send_sheets(page, url, {name: document(*tables) for name, tables in SHEETS.items()})
    page.wait_for_url(lambda address: "/review" in address)
    expect(page.locator('[name="p1-title"]')).to_be_visible()


def draft(page: Page, url: str) -> None:
    """A request that is written down, and who would decide it."""
    page.goto(f"{url}/crm/spending/new")
    for name, value in (("amount", "12000.00"), ("payee", "抖音"), ("purpose", "短视频投放")):
        page.locator(f'[name="{name}"]').fill(value)
    page.locator('[name="category"]').select_option("ads")
    page.locator('main form [type="submit"]').click()
    expect(page.locator("main .hr-steps-now").first).to_be_visible()


def change_draft(page: Page, url: str) -> None:
    """A wish for another post that is written down: what it would do, and who would decide it."""
    page.goto(f"{url}/personnel/new/transfer")
    page.locator('[name="position"]').fill("SAL-OPS")
    page.locator('[name="first_day"]').fill("2026-12-01")
    page.locator('[name="draft"]').click()
    expect(page.locator("main .hr-steps-now").first).to_be_visible()


PAGES: dict[str, tuple[str, Steps]] = {
    **{name: (who, at(path)) for name, (who, path) in BESIDE.items()}, **BY_WAYS,
    "home-employee": ("chenjing", at("/")),
    "home-payroll": ("maxin", at("/")),
    "home-director": ("wangfang", at("/")),
    "home-finance": ("xumei", at("/")),
    "org-units": ("wangfang", chart_with_post("units")),
    "org-reports": ("wangfang", chart_with_post("reports")),
    "org-edges": ("wangfang", at("/org?view=edges")),
    "staffing-plan": ("wangfang", at("/org/quotas")),
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
    "list-mine-signed": ("xumei", at("/authority/mine")),
    "away": ("chenjing", at("/authority/away/")),
    "away-new": ("chenjing", at("/authority/away/new")),
    "list-unit": ("liuyang", at("/authority/units/5")),
    "list-entry": ("liuyang", at("/authority/entries/ACQ-HEAD.A1")),
    "list-diff": ("liuyang", at("/authority/units/5/diff?from=3&to=4")),
    "list-no-difference": ("liuyang", at("/authority/units/5/diff?from=4&to=4")),
    "list-everybody": ("liuyang", at("/authority/everybody")),
    "leave": ("zhoulei", at("/attendance/leave")),
    "leave-new": ("liuyang", at("/attendance/leave/new")),
    "leave-too-much": ("wangfang", at("/attendance/leave/new?first_day=2026-12-01&last_day=2026-12-31")),
    "leave-approved": ("zhoulei", at("/attendance/leave/1")),
    "leave-waits": ("liuyang", at("/attendance/leave/3")),
    "leave-balances": ("maxin", at("/attendance/balances")),
    "leave-balance": ("maxin", at("/attendance/balances/25")),
    "leave-types": ("wangfang", at("/attendance/leave/types")),
    "leave-type": ("wangfang", at("/attendance/leave/types/annual")),
    "leave-away": ("linan", at("/attendance/away")),
    "change-draft": ("liuyang", change_draft),
    "leave-type-new": ("wangfang", at("/attendance/leave/types/new")),
    "tasks": ("chenjing", at("/tasks/")),
    "tasks-none": ("liuyang", at("/tasks/")),
    "task": ("linan", first_of_mine),
    "task-decided": ("zhoulei", at("/tasks/8")),
    "task-of-others": ("zhoulei", at("/tasks/12")),
    "spending": ("linan", at("/crm/spending")),
    "spend": ("zhoulei", draft),
    "spend-new": ("zhoulei", at("/crm/spending/new")),
    "budgets": ("linan", at("/crm/budgets")),
    "budget-new": ("linan", at("/crm/budgets/new")),
    "campaigns": ("linan", at("/crm/campaigns")),
    "list-entries": ("liuyang", at("/authority/browse")),
    "list-entries-amount": ("liuyang", at("/authority/browse?action=crm.spend:approve&amount=12,000")),
    "list-entries-matter": ("liuyang", at("/authority/browse?matter=lead.handover")),
    "list-entries-none": ("liuyang", at("/authority/browse?person=nobody")),
    "list-matters": ("liuyang", at("/authority/matters")),
    "list-matters-twice": ("liuyang", at("/authority/matters?show=clash")),
    "list-templates": ("wangfang", at("/authority/templates")),
    "list-template": ("wangfang", at("/authority/templates/startup")),
    "coverage": ("wangfang", at("/authority/coverage")),
    "coverage-gap": ("wangfang", gap),
    "relations": ("chenjing", at("/authority/relations")),
    "rates": ("wangfang", at("/authority/rates")),
    "relation-new": ("chenjing", at("/authority/relations/new")),
    "list-drafts": ("wangfang", at("/authority/drafts")),
    "list-draft-new": ("wangfang", at("/authority/drafts/new")),
    "list-draft": ("wangfang", list_draft),
    "list-draft-past": ("wangfang", at("/authority/drafts/1/past")),
    "list-sheets": ("wangfang", at("/authority/sheets")),
    "list-sheets-read": ("wangfang", sheets_read),
    "list-draft-change": ("wangfang", at("/authority/drafts/1/change")),
    "emergency": ("wangfang", at("/authority/emergency")),
    "separation": ("wangfang", at("/authority/separation")),
    "list-shadows": ("wangfang", at("/authority/shadow")),
    "list-shadow": ("wangfang", list_trial),
    "jobs": ("wangfang", at("/admin/jobs")),
    "events": ("wangfang", at("/admin/events?show=failed")),
    "documents": ("wangfang", at("/documents/")),
    "documents-missing": ("wangfang", at("/documents/?show=missing")),
    "document": ("wangfang", contract),
    "document-new": ("wangfang", new_document),
    "document-choose": ("wangfang", at("/documents/new")),
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
    "audit-own-looks": ("chenjing", at("/audit/looks")),
    "audit-account": ("wangfang", at("/audit/by/3")),
    "account": ("chenjing", at("/account")),
    "sign-in": ("", at("/sign-in")),
}
