"""One of everything that has an address: of each owner what belongs to people, and one of what belongs to nobody."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from attendance.models import Correction, Group, LeaveRequest, OvertimeRequest, Place, Source
from attendance.models import Import as Punches
from attendance.services.leave.types import ensure_types
from attendance.services.setup import ensure_default_group
from core.authority.models import Delegation, SeparationMitigation
from core.base.period import Month
from core.documents.kinds import kind_of
from core.documents.services import keeping
from core.events.models import Delivery, EventRow
from core.exchange.models import Import
from core.files.service import put
from core.identity.models import AccessToken, SignedInSession
from core.jobs.models import JobRow
from core.letters import issuing, templates
from core.notify.models import Bounce, Notice, NotificationRow
from core.org.models import Assignment, Person, PositionVersion
from core.personnel.models import PersonnelChange
from core.webhooks.models import Webhook, WebhookDelivery, WebhookEndpoint, WebhookReceipt, WebhookState
from core.workflow import attachments
from core.workflow.designing import starters
from core.workflow.models import Submission
from core.workflow.processes.models import Run as ProcessRun
from core.workflow.processes.models import Start
from payroll.models import PayGroup, PayPeriod, Run, SalaryChange, Slip
from plugins.crm.models import Budget, BudgetTransfer, Campaign, GuardAlarm, SpendGuard, SpendRequest
from plugins.crm.services import spending
from plugins.expense.models import Advance, Claim, Invoice, Line, Payment, PaymentItem
from plugins.expense.models import Budget as ExpenseBudget
from remit.workflow import open_tasks
from tests.access import bridging, performing, selling, things_intake, things_rules
from tests.access.world import NOW, START, SYSTEM, TODAY, World, made

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
OCTOBER = Month(2026, 10)


def give(world: World, session: Session) -> None:
    """Write them; ids land in ``world.things`` by kind and column, and in ``world.single``."""
    for column, name in world.owned():
        entity = "BJ" if column == "other" else "LK"
        place = {"unit_id": _unit(column, world), "legal_entity_id": world.entities[entity].id}
        found = {
            **_of_person(world, session, name), **_of_account(world, session, name),
            **_pay(world, session, name, entity), **_marketing(world, session, name, place), "unit": place["unit_id"],
            **_expenses(world, session, name, place), **things_rules.give(world, session, name, place),
            **selling.sold(world, session, name, place), **things_intake.of_owner(world, session, name, place),
            **performing.things(world, session, name, place), **bridging.things(world, session, name, place),
        }  # fmt: skip
        for kind, identity in found.items():
            world.things.setdefault(kind, {})[column] = identity
    world.single.update(_of_nobody(world, session) | things_intake.of_nobody(session))


def _unit(column: str, world: World) -> int:
    return world.units[{"sibling": "CARE", "other": "BJ"}.get(column, "FOL")].id


def _of_person(world: World, session: Session, name: str) -> dict[str, Any]:
    employment = world.people[name]
    person = session.get_one(Person, employment.person_id)
    kind = kind_of(session, "labour_contract")
    document = keeping.write_new(
        session, SYSTEM, kind, person, number=f"CONTRACT-2025-{name}", expires_on=date(2027, 1, 1)
    )
    keeping.add_version(session, SYSTEM, document, PDF, name="paper.pdf")
    letter = issuing.issue(
        session, SYSTEM, employment, templates.kind_of(session, "letters.employment"),
        issuing.Request("en", "Looking for a flat", ""),
    )
    held = session.query(Assignment).filter_by(employment_id=employment.id).one()
    delegation = made(
        session, Delegation, from_assignment_id=held.id, from_person_id=person.id,
        to_person_id=world.people["luo"].person_id, valid_from=TODAY, valid_to=date(2026, 12, 1), reason="A journey",
    )
    mitigation = made(
        session, SeparationMitigation, person_id=person.id, rule_code="S1", valid_from=TODAY, valid_to=date(2027, 1, 1)
    )
    leave = made(
        session, LeaveRequest, employment_id=employment.id, person_id=person.id, type_id=ensure_types(session)[1].id,
        first_day=date(2026, 12, 7), last_day=date(2026, 12, 7), first_half=1, last_half=2, amount=100,
        days=[["2026-12-07", 100]], state="draft", reason=f"{name}'s reason",
    )
    change = made(
        session, PersonnelChange, kind="resignation", state="draft", employment_id=employment.id, person_id=person.id,
        number=employment.number, from_position_id=held.position_id, unit_id=_home(session, held),
        from_unit_id=_home(session, held), valid_from=date(2027, 1, 1), reason=f"{name}'s reason",
        created_by_person_id=person.id, created_by_account_id=world.accounts[name],
    )
    overtime = made(
        session, OvertimeRequest, employment_id=employment.id, person_id=person.id, day=date(2026, 12, 7),
        starts_at=datetime(2026, 12, 7, 10, tzinfo=UTC), ends_at=datetime(2026, 12, 7, 12, tzinfo=UTC),
        zone="Asia/Shanghai", work_day=date(2026, 12, 7), workday_minutes=120, restday_minutes=0, holiday_minutes=0,
        minutes=120, day_kind="workday", compensation="pay", state="draft", reason=f"{name}'s release",
    )
    correction = made(
        session, Correction, employment_id=employment.id, person_id=person.id, day=date(2026, 11, 20),
        at=datetime(2026, 11, 20, 10, tzinfo=UTC), zone="Asia/Shanghai", way="out", state="draft",
        reason=f"{name}'s card",
    )
    return {
        "change": change.id,
        "person": person.id, "employment": employment.id, "document": document.id, "letter": letter.id,
        "leave": leave.id, "overtime": overtime.id, "correction": correction.id, "delegation": delegation.id,
        "position": held.position_id, "mitigation": mitigation.id,
    }  # fmt: skip


def _home(session: Session, held: Assignment) -> int:
    return session.query(PositionVersion).filter_by(position_id=held.position_id).one().unit_id


def _of_account(world: World, session: Session, name: str) -> dict[str, Any]:
    account, person = world.accounts[name], world.people[name].person_id
    who = {"kind": "person", "name": name, "account_id": account, "person_id": person}
    job = made(session, JobRow, kind="exchange.import", actor=who, account_id=account, state="failed")
    notification = made(session, NotificationRow, kind="jobs.job_failed", subject=["jobs", "Job", {}], lines=[],
                        link="/account")  # fmt: skip
    session.add(Notice(notification_id=notification.id, account_id=account, kind="jobs.job_failed", shown=True))
    file = put(session, SYSTEM, PDF, name="x.pdf", kind="document", personal=True)
    imported = made(
        session, Import, kind="people", account_id=account, person_id=person, state="checked", file_id=file.id
    )
    if "source" not in world.single:
        world.single["source"] = made(session, Source, code="gate").id
    source = world.single["source"]
    return {
        "account": account, "job": job.id, "notification": notification.id, "file": file.id, "import": imported.id,
        "punches": made(session, Punches, source_id=source, account_id=account).id,
        "session": made(session, SignedInSession, digest=f"session {name}", account_id=account).id,
        "token": made(session, AccessToken, digest=f"token {name}", account_id=account, scopes=[]).id,
    }  # fmt: skip


def _pay(world: World, session: Session, name: str, entity: str) -> dict[str, Any]:
    if f"run {entity}" not in world.single:
        company = world.entities[entity].id
        group = made(session, PayGroup, code=f"G{entity}", title={"zh_CN": "组", "en": "Group"},
                     legal_entity_id=company)  # fmt: skip
        days = OCTOBER.period
        period = made(session, PayPeriod, group_id=group.id, valid_from=days.start, valid_to=days.end,
                      work_month=OCTOBER.number, tax_month=OCTOBER.number + 1)  # fmt: skip
        run = made(session, Run, group_id=group.id, pay_period_id=period.id, legal_entity_id=company, currency="CNY",
                   state="calculated")  # fmt: skip
        world.single[f"run {entity}"], world.single[f"period {entity}"] = run.id, period.id
    employment = world.people[name]
    run_id = world.single[f"run {entity}"]
    slip = made(
        session, Slip, run_id=run_id, employment_id=employment.id, person_id=employment.person_id,
        unit_id=_unit({"li": "other", "deng": "sibling"}.get(name, "own"), world),
        position_id=session.query(Assignment).filter_by(employment_id=employment.id).one().position_id,
        withholding_agent_id=world.units[entity].id, pay_period_id=world.single[f"period {entity}"],
        tax_month=OCTOBER.number + 1,
    )
    change = made(
        session, SalaryChange, number=f"{name}-TX", employment_id=employment.id, person_id=employment.person_id,
        unit_id=slip.unit_id, position_id=slip.position_id, legal_entity_id=world.entities[entity].id,
        valid_from=date(2026, 9, 1), amounts=[], mark="-", currency="CNY", reason=f"{name}'s rise", state="approved",
        told_at=NOW,
    )
    return {"slip": slip.id, "run": run_id, "salary_change": change.id}


def _marketing(world: World, session: Session, name: str, place: dict[str, int]) -> dict[str, Any]:
    person = world.people[name].person_id
    days = {"starts_on": START, "ends_on": date(2027, 1, 1)}
    campaign = made(session, Campaign, code=f"C-{name}", category="ads", owner_person_id=person, **place, **days)
    budget, other = (
        made(session, Budget, category="ads", amount=10_000_00, currency="CNY", **place, **days) for _n in range(2)
    )
    transfer = made(
        session, BudgetTransfer, number=f"{name}-T", from_budget_id=budget.id, to_budget_id=other.id, amount=100_00,
        currency="CNY", requester_person_id=person, reason="t", state="draft", **place,
    )
    draft, asked = (
        made(session, SpendRequest, number=f"{name}-{n}", requester_person_id=person, category="ads", amount=100_00,
             currency="CNY", state="draft", **place)
        for n in (1, 2)
    )  # fmt: skip
    paper = put(session, SYSTEM, PDF, name="q.pdf", kind="submission", keep_days=None)
    submission = made(
        session, Submission, process="workflow.form:trip", number=f"{name}-S1", title={"en": "Seal"}, category="seal",
        fields=[{"name": "papers", "kind": "file", "title": {"en": "Papers"}}],
        values={"papers": [{"id": paper.id, "name": paper.name}]}, amount=None, currency="CNY",
        requester_person_id=person, state="draft", digest="-", **place,
    )
    task = open_tasks(session, spending.submit(session, world.actor(name), asked))[0]
    run = session.get_one(ProcessRun, task.run_id)
    file = attachments.add(session, world.actor(name), run, [(io.BytesIO(PDF), "a.pdf")], task=task)[0]
    guard = made(session, SpendGuard, campaign_id=campaign.id, per_lead=100_00)
    alarm = made(session, GuardAlarm, guard_id=guard.id, measure="lead", day=TODAY, spent=200_00, leads=9, count=1,
                 most=100_00, raised_at=NOW)  # fmt: skip
    return {"alarm": alarm.id, "campaign": campaign.id, "budget": budget.id, "spend": draft.id, "task": task.id,
            "transfer": transfer.id, "submission": submission.id, "submission_file": paper.id, "task_run": task.run_id,
            "task_step": task.step_id, "task_file": file.id}  # fmt: skip


def _expenses(world: World, session: Session, name: str, place: dict[str, int]) -> dict[str, Any]:
    person = world.people[name].person_id
    common = {"requester_person_id": person, "category": "travel", "currency": "CNY", **place}
    claim, paid = (
        made(session, Claim, number=f"{name}-B{n}", amount=100_00, state=state, **common)
        for n, state in ((1, "draft"), (2, "approved"))
    )
    file = put(session, SYSTEM, PDF, name="i.pdf", kind="expense.invoice", personal=True)
    said = {"key": f"I-{name}", "number": "1", "issued_on": TODAY, "total": 100_00, "net": 100_00, "tax": 0}
    invoice = made(session, Invoice, claim_id=claim.id, file_id=file.id, type="other", items=[], **said)
    line = made(session, Line, claim_id=claim.id, kind="other", spent_on=TODAY, amount=100_00, currency="CNY",
                claimed=100_00, without="lost", quantity=1)  # fmt: skip
    advance = made(session, Advance, number=f"{name}-J1", amount=100_00, needed_on=TODAY, state="draft", **common)
    payment = made(session, Payment, number=f"{name}-F1", legal_entity_id=place["legal_entity_id"], method="bank",
                   currency="CNY", total=100_00, state="open")  # fmt: skip
    made(session, PaymentItem, payment_id=payment.id, claim_id=paid.id, person_id=person, amount=100_00,
         held=f"claim:{paid.id}")  # fmt: skip
    budget = made(session, ExpenseBudget, category="travel", title="t", amount=100_00, currency="CNY",
                  starts_on=START, ends_on=date(2027, 1, 1), **place)  # fmt: skip
    return {
        "claim": claim.id, "invoice": invoice.id, "line": line.id, "advance": advance.id, "payment": payment.id,
        "expense_budget": budget.id,
    }  # fmt: skip


def _of_nobody(world: World, session: Session) -> dict[str, Any]:
    trip = starters.take_over(session, SYSTEM, "trip")
    start = made(session, Start, process=trip.process, version_id=trip.id, key="event:1", due_at=NOW, state="waits",
                 tried_at=NOW)  # fmt: skip
    event = made(session, EventRow, name="jobs.job_failed", aggregate="job:1", payload={})
    session.add(Delivery(event_id=event.id, handler="notify.tell", aggregate="job:1", state="failed", run_at=NOW))
    webhook = made(session, Webhook, name="Hook", url="https://example.com/hook", events=["jobs.job_failed"],
                   secret="s" * 40)  # fmt: skip
    session.add(WebhookState(webhook_id=webhook.id))
    delivery = made(session, WebhookDelivery, webhook_id=webhook.id, key="k1", event="jobs.job_failed", state="failed")
    endpoint = made(session, WebhookEndpoint, key="in1", kind="attendance.punches", name="Gate", secret="s" * 40)
    receipt = made(session, WebhookReceipt, endpoint_id=endpoint.id, delivery_key="d1", state="failed",
                   body="{}")  # fmt: skip
    bounce = made(session, Bounce, account_id=world.accounts["liu"], channel="mail", address="liu@lingke.example")
    ensure_default_group(session)
    group = session.query(Group).filter_by(code="default").one()
    place = made(session, Place, group_id=group.id, title={"zh_CN": "总部", "en": "Head office"}, latitude=31_230_416,
                 longitude=121_473_701, radius=300)  # fmt: skip
    session.flush()
    return {
        "start": start.id, "place": place.id, "event": event.id, "webhook": webhook.id, "webhook_delivery": delivery.id,
        "endpoint": endpoint.id, "receipt": receipt.id, "bounce": bounce.id,
    }  # fmt: skip
