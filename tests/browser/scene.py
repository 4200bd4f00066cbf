"""What is put into the demo company so that its pages show every state: notices, jobs, webhooks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from flask import Flask
from sqlalchemy import select, update

from core.authority.document import format_list, parse
from core.authority.drafting import draft_of
from core.authority.models import PublishedList
from core.authority.publish import publish
from core.base import clock
from core.base.actor import Actor
from core.base.period import Month
from core.base.stored import to_json
from core.base.text import catalogue
from core.identity.models import Account
from core.jobs import queue
from core.jobs.joblog import JobLog
from core.kernel.specs import Message, Recipients
from core.notify.models import Bounce, Notice
from core.notify.telling import notify
from core.org.models import Unit
from core.web import ports
from core.webhooks import endpoints, subscriptions
from core.webhooks.models import WebhookDelivery, WebhookReceipt, WebhookRefusal, WebhookTry
from core.webhooks.spreading import row_of

COMPUTING = catalogue("payroll")("Computing {count} payslip", "Computing {count} payslips", count=63)
ANSWERED = catalogue("webhooks")("It answered {status}.")
SILENT = catalogue("webhooks")(
    "Nothing has arrived for {count} hour.", "Nothing has arrived for {count} hours.", count=24
)
GIVEN_UP = catalogue("jobs")("The job failed. The log of the server says why.")


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


def make_list(company: Flask) -> None:
    """The next version of the list of lead acquisition: an entry more, one less, a limit, a target, a duty."""
    house = ports.of(company).house
    with house.session(Actor.system("a list to compare"), write=True) as session:
        standing = session.scalars(
            select(PublishedList).join(Unit, Unit.id == PublishedList.unit_id).where(Unit.code == "MKT-ACQ")
        ).one()
        text = format_list(replace(draft_of(session, standing), version=4, effective_from=date(2026, 12, 1)))
        text = text.replace("10000.00 CNY", "20000.00 CNY").replace("at_least: 100,", "at_least: 120,")
        text = text.replace("10000.01 CNY", "20000.01 CNY")  # what the list is expected to answer
        text = text.replace("跟进试用用户并提升转化", "跟进试用用户，每月复盘转化").replace("A3:", "A9:").replace(
            "subtree(MKT-ACQ)\n        power: read", "unit(MKT-ACQ)\n        power: read")
        publish(session, session.info["actor"], parse(text))


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
