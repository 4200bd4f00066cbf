"""What a mail looks like. ``REMIT_RENEW_MAILS=1`` writes the pictures under ``mails`` anew; look at what changed."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from attendance.events import MonthClosed, MonthReopened
from core.admin.checkpoints import CheckpointTold
from core.authority.events import (
    AuthorityDelegated,
    DelegationRevoked,
    EmergencyOpened,
    ListAnswered,
    ListConsulted,
    ListPublished,
)
from core.base.period import Month
from core.base.stored import to_json
from core.base.text import catalogue
from core.calendar.rules import WorkCalendar
from core.config import Config
from core.documents.events import DocumentExpired, DocumentExpiring
from core.jobs.events import JobFailed
from core.kernel.house import House
from core.kernel.specs import Message, Notification, Offer
from core.letters.events import LetterIssued, LetterRevoked
from core.notify import mail, mails
from core.notify.models import NotificationRow
from core.notify.outgoing import Outgoing, Refused, Told
from core.notify.people import Addressee
from core.opening import open_house
from core.personnel.events import ChangeApproved, ChangeAsked, ChangeCancelled
from core.webhooks.events import SubscriptionPaused
from core.workflow.events import (
    ProcessBegan,
    ProcessCopied,
    ProcessEnded,
    ProcessNotBegun,
    ProcessStuck,
    TaskDue,
    TaskNudged,
    TaskOverdue,
    TaskRouted,
)
from payroll.events import RunPublished, SalaryChangeTold
from performance.services.reviews import telling as reviews
from plugins.crm.models import Campaign, GuardAlarm, Lead
from plugins.crm.services.following import telling
from plugins.crm.services.guard import watching
from plugins.expense.events import AdvancePaid, ClaimPaid
from tests.conftest import own_modules

_ = catalogue("trial")
_WORKFLOW = catalogue("workflow")
PICTURES = Path(__file__).parent / "mails"
CONFIG = Config(
    instance=Path("/nowhere"), company="灵客科技", mail_from="hr@lingke.example", base_url="https://hr.lingke.example"
)
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
OFF = "https://hr.lingke.example/api/v1/notifications/off/signed"

#: Kind -> an event it is told by, for the picture of its mail.
EVENTS: dict[str, Any] = {
    "admin.checkpoint": CheckpointTold(4812, "9f" * 32, "2026-11-27T23:07:00+00:00", "0123456789abcdef", "ab" * 64),
    "authority.list_published": ListPublished(7, 3, 2, date(2026, 12, 1)),
    "authority.list_consulted": ListConsulted(7, 4, date(2027, 1, 1)),
    "authority.list_answered": ListAnswered(7, 5, "object"),
    "authority.delegated": AuthorityDelegated(7, 4, 5, date(2026, 11, 30), date(2026, 12, 4)),
    "authority.emergency_opened": EmergencyOpened(7, 5, "IT-ADMIN.A7", datetime(2026, 11, 30, 8, tzinfo=UTC)),
    "authority.delegation_revoked": DelegationRevoked(7, 4, 5, 4),
    "jobs.job_failed": JobFailed(7, "notify.purge", 1),
    "payroll.payslip_published": RunPublished(7, Month(2026, 10)),
    "payroll.pay_changed": SalaryChangeTold(7, 5, 5, date(2026, 12, 1)),
    "attendance.month_closed": MonthClosed(Month(2026, 10), 2),
    "attendance.month_reopened": MonthReopened(Month(2026, 10), 2),
    "expense.claim_paid": ClaimPaid(7), "expense.advance_paid": AdvancePaid(7),
    "documents.document_expiring": DocumentExpiring(7, "contract", "employment", 5, 5, date(2026, 12, 22), 29, 30),
    "documents.document_expired": DocumentExpired(7, "contract", "employment", 5, 5, date(2026, 11, 22)),
    "letters.letter_issued": LetterIssued(7, "letters.employment", 5, 5),
    "letters.letter_revoked": LetterRevoked(7, "letters.employment", 5, 5),
    "workflow.task_waits": TaskRouted(7, 5), "workflow.task_nudged": TaskNudged(7, 5),
    "workflow.task_answered": ProcessEnded(7, "crm.spend", "approved", 5), "workflow.task_due": TaskDue(7, 5),
    "workflow.task_overdue": TaskOverdue(7, 5, True), "workflow.process_copied": ProcessCopied(7, 5, "copied"),
    "workflow.process_stuck": ProcessStuck(7), "workflow.process_began": ProcessBegan(7, "workflow.form:drill", 5),
    "workflow.process_not_begun": ProcessNotBegun(7, "workflow.form:drill"),
    "personnel.change_asked": ChangeAsked(7, "concurrent", 5, 5, 9, 2, 3, date(2026, 12, 1), 4),
    "personnel.change_approved": ChangeApproved(7, "transfer", 5, 5, 9, 2, 3, date(2026, 12, 1), 4),
    "personnel.change_cancelled": ChangeCancelled(7, "resignation", 5, 5, None, 2, None, date(2026, 12, 1), 4),
    "webhooks.subscription_paused": SubscriptionPaused(7, "unreachable"),
}
_LEAD = Lead(id=7, company="恒远机电")
#: Kind -> what is told without an event, by whatever looks after it.
MESSAGES: dict[str, Message] = {
    "crm.lead_overdue": telling.said(telling.Told("reminded", _LEAD, 5))[1],
    "crm.lead_handed": telling.said(telling.Told("assigned", _LEAD, 5))[1],
    "performance.review_write": reviews.write_said(date(2026, 12, 11)),
    "performance.review_result": reviews.result_said(date(2027, 1, 15)), "performance.remark": reviews.remark_said(),
    "crm.guard_alarm": watching.said(Campaign(id=7, title="线上广告，6 月"), GuardAlarm(
        measure="customer", spent=10_000_000, leads=500, count=10, most=200_000)),
}  # fmt: skip


def reader(locale: str, name: str = "陈静", email: str = "chenjing@lingke.example") -> Addressee:
    return Addressee(5, 5, name, locale, True, email, WorkCalendar(zone="Asia/Shanghai"))


def told(
    kind: Notification, message: Message, *, number: int = 7, instead_of: str = "", offer: Offer | None = None
) -> Told:
    row = NotificationRow(
        id=number, kind=kind.name, subject=[to_json(message.subject)], lines=[to_json(line) for line in message.lines],
        link=message.link, action=[to_json(message.action)] if message.action else None, about="", key=None, at=AT,
    )
    return Told(row, kind, instead_of, offer)


def outgoing(locale: str, *what: Told, name: str = "陈静", email: str = "chenjing@lingke.example") -> Outgoing:
    off = OFF if any(one.kind.fixed is None for one in what) else ""
    return Outgoing("mail", reader(locale, name, email), email, what, "", "7.5.mail", off)


def picture(made: EmailMessage) -> str:
    """A mail as a person can read it: headers decoded, both parts as text."""
    heads = "\n".join(f"{name}: {value}" for name, value in made.items() if name != "Content-Type")
    text, html = made.get_body(("plain",)), made.get_body(("html",))
    assert text is not None
    assert html is not None
    return f"{heads}\n\n---- text\n{text.get_content()}\n---- html\n{html.get_content()}".replace("\r\n", "\n")


def holds(name: str, made: EmailMessage) -> None:
    path = PICTURES / f"{name}.txt"
    found = picture(made).rstrip("\n") + "\n"
    if os.environ.get("REMIT_RENEW_MAILS"):
        path.write_text(found, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == found, f"{name}: renew with REMIT_RENEW_MAILS=1 and look at the change"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> House:
    return open_house(Config(instance=tmp_path_factory.mktemp("mails")), modules=own_modules())


class Session:
    """All that the words of a message look at."""

    def __init__(self, house: House) -> None:
        self.info = {"house": house}


def test_every_kind_has_its_picture_and_no_picture_is_left_over(whole: House) -> None:
    kinds = set(whole.registry.notifications())
    assert set(EVENTS) | set(MESSAGES) == kinds
    names = (*kinds, "workflow.task_waits.answers", "digest", "notify.test")
    wanted = {f"{name}.{locale}.txt" for name in names for locale in ("zh_CN", "en")}
    assert {path.name for path in PICTURES.iterdir()} == wanted


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
@pytest.mark.parametrize("name", sorted([*EVENTS, *MESSAGES]))
def test_the_mail_of_every_kind(whole: House, name: str, locale: str) -> None:
    kind = whole.registry.notifications()[name]
    tell: Callable[..., Message | None] | None = kind.tell
    assert (tell is None) is (name in MESSAGES)
    message = tell(Session(whole), EVENTS[name]) if tell is not None else MESSAGES[name]
    assert message is not None
    holds(f"{name}.{locale}", mail.build(outgoing(locale, told(kind, message)), CONFIG))


#: As the part that asks people offers it; held by tests/core/workflow/test_mailed.py.
OFFER = Offer(
    ((_WORKFLOW("Approve"), "/tasks/mail/signed-yes"), (_WORKFLOW("Refuse"), "/tasks/mail/signed-no")),
    _WORKFLOW(
        "Each answer opens a page on which you sign in and press once more; opening it decides nothing. It "
        "works once, for you alone, within {days} days.", days=7,
    ),
)  # fmt: skip


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_the_mail_of_a_task_that_can_be_answered_from_it(whole: House, locale: str) -> None:
    kind = whole.registry.notifications()["workflow.task_waits"]
    assert kind.tell is not None
    message = kind.tell(Session(whole), EVENTS["workflow.task_waits"])  # type: ignore[arg-type]
    assert message is not None
    made = mail.build(outgoing(locale, told(kind, message, offer=OFFER)), CONFIG)
    holds(f"workflow.task_waits.answers.{locale}", made)


def test_what_is_collected_leads_to_the_pages_alone(whole: House) -> None:
    kind = whole.registry.notifications()["workflow.task_waits"]
    one = told(kind, Message(_("Hi"), link="/tasks/7"), offer=OFFER)
    made = mail.build(outgoing("en", one, told(PLAIN, Message(_("Ho")))), CONFIG)
    assert "/tasks/mail/" not in picture(made)
    assert "/notifications/7/open" in picture(made)


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_the_mail_of_a_digest_with_something_for_a_stand_in(whole: House, locale: str) -> None:
    found = []
    for number, name in enumerate(sorted(EVENTS), 7):
        kind = whole.registry.notifications()[name]
        assert kind.tell is not None
        message = kind.tell(Session(whole), EVENTS[name])  # type: ignore[arg-type]
        assert message is not None
        found.append(told(kind, message, number=number, instead_of="王芳" if number == 8 else ""))
    holds(f"digest.{locale}", mail.build(outgoing(locale, *found), CONFIG))


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_the_mail_that_tries_the_server(locale: str) -> None:
    message = Message(
        catalogue("notify")("The mail server works"),
        (catalogue("notify")("This mail came from Remit through {server}.", server="smtps://mail.example:465"),),
    )
    holds(f"notify.test.{locale}", mail.build(outgoing(locale, told(mails.TEST, message)), CONFIG))


PLAIN = Notification("trial.plain", _("Plain"), _("Trial"))


def test_headers_are_those_of_a_mail_that_a_program_sends() -> None:
    made = mail.build(outgoing("zh_CN", told(PLAIN, Message(_("十月工资条已发布，请查看。很长的主题" * 6)))), CONFIG)
    raw = made.as_bytes()
    assert all(len(line) <= 78 for line in raw.split(b"\r\n\r\n")[0].split(b"\r\n"))
    assert raw.split(b"\r\n\r\n")[0].isascii()
    assert b"Subject: =?utf-8?" in raw
    assert made["Message-ID"] == "<7.5.mail@lingke.example>"
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["Precedence"] == "bulk"
    assert made["List-Unsubscribe"] == f"<{OFF}>"
    assert made["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert made.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize(
    "name",
    ["Eve\r\nBcc: all@lingke.example", "Eve\nSubject: other", "Eve\x00\x1b[2J", "Eve\u2028Bcc: x",
     '"Eve" <eve@evil.example>, Bo'],
)
def test_a_name_puts_nothing_into_the_headers(name: str) -> None:
    made = mail.build(outgoing("en", told(PLAIN, Message(_("Hi")),), name=name), CONFIG)
    assert "Bcc" not in made
    assert [one.addr_spec for one in made["To"].addresses] == ["chenjing@lingke.example"]
    assert made.as_bytes().split(b"\r\n\r\n")[0].count(b"\r\nSubject:") == 1


def test_a_subject_puts_nothing_into_the_headers() -> None:
    made = mail.build(outgoing("en", told(PLAIN, Message(_("{x}", x="Hi\r\nBcc: all@lingke.example")))), CONFIG)
    assert "Bcc" not in made
    assert made["Subject"] == "Hi Bcc: all@lingke.example"


def test_markup_in_names_stays_text() -> None:
    made = mail.build(outgoing("en", told(PLAIN, Message(_("Hi"))), name="<script>alert(1)</script>"), CONFIG)
    html = made.get_body(("html",))
    assert html is not None
    assert "<script" not in html.get_content()


@pytest.mark.parametrize(
    "address", ["", "x", "x@", "@x.example", "a b@x.example", "a@x", "ä@x.example", "a@x.example\r\nDATA"]
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Refused) as refused:
        mail.address_of(address)
    assert refused.value.address


def test_a_domain_of_another_script_is_written_for_the_server() -> None:
    assert mail.address_of("a@例子.中国").addr_spec == "a@xn--fsqu00a.xn--fiqs8s"
