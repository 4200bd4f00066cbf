"""What people may do with pay, and how the authority list looks at its rows."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, inspect, select, true
from sqlalchemy.orm import Session

from payroll.models import Contribution, Deduction, Opening, Run, RunStep, Salary, SalaryChange, Slip
from payroll.text import _
from remit import workflow
from remit.base import clock
from remit.formula import BOOL, MONEY, RATE
from remit.models import Assignment, PositionVersion, dated, guard
from remit.services import system
from remit.specs import (
    ActionDef,
    Anchor,
    Attribute,
    Facts,
    FieldGroup,
    ResourceType,
    SuggestedEntry,
    Usage,
    by_column,
    through_assignment,
)

SALARY_READ = "payroll.salary:read"
SALARY_IMPORT = "payroll.salary:import"
CHANGE_READ = "payroll.salary_change:read"
CHANGE_REQUEST = "payroll.salary_change:request"
CHANGE_APPROVE = "payroll.salary_change:approve"
CHANGE_TELL = "payroll.salary_change:tell"
OPENING_IMPORT = "payroll.opening:import"
DEDUCTION_IMPORT = "payroll.deduction:import"
RUN_READ = "payroll.run:read"
CALCULATE = "payroll.run:calculate"
REVIEW = "payroll.run:review"
APPROVE = "payroll.run:approve"
PAY = "payroll.run:pay"
PUBLISH = "payroll.run:publish"
LOCK = "payroll.run:lock"
SLIP_READ = "payroll.slip:read"
SLIP_REVEAL = "payroll.slip:reveal"
EXPORT_BANK = "payroll.export:bank"
EXPORT_TAX = "payroll.export:tax"
ISSUE_LETTER = "payroll.letter:issue"

#: The kind of question that the approval of a run is.
RUN = "payroll.run"
#: The kind of question that a change of pay is.
CHANGE = "payroll.salary_change"

#: The action by which a run was taken to each of its states.
_LED_TO = {
    "calculated": CALCULATE, "reviewed": REVIEW, "approved": APPROVE, "paid": PAY, "published": PUBLISH, "locked": LOCK,
}

_MARK = [("person.record:read", "core_assignment")]


def _facts(session: Session, row: Any) -> Facts:
    """A row about pay is where its person's posts of today are."""
    today = clock.today()
    posts = session.execute(
        guard.mark(
            select(PositionVersion.unit_id, Assignment.position_id)
            .join(Assignment, Assignment.position_id == PositionVersion.position_id)
            .where(
                Assignment.person_id == row.person_id, dated.as_of(Assignment, today),
                dated.as_of(PositionVersion, today),
            ),
            _MARK,
        )
    ).all()
    return Facts((row.person_id,), tuple({unit for unit, _p in posts}), tuple({position for _u, position in posts}))


def _slip_facts(session: Session, slip: Slip) -> Facts:
    """A slip stays where its person was paid."""
    del session
    units = (slip.unit_id,) if slip.unit_id is not None else ()
    return Facts((slip.person_id,), units, (slip.position_id,) if slip.position_id is not None else ())


def _run_facts(session: Session, run: Run) -> Facts:
    """A run belongs to its legal entity; the gross pay of all is the amount that limits look at."""
    del session
    return Facts(
        legal_entity_id=run.legal_entity_id, amount=run.gross, currency=run.currency,
        creator_person_id=run.created_by_person_id,
    )


_ANSWERED = workflow.used(Run, "gross", "currency")


def _approved(session: Session, usage: Usage) -> dict[str | None, int]:
    """The gross pay that was approved under an entry in a period, by currency; a run that is calculated again gives it
    back. What was approved before there were tasks stands in its step alone.
    """
    found = dict(_ANSWERED(session, usage))
    # Nothing is decided about where somebody only looks at what is left, or asks about a run that is not there yet.
    besides = Run.id != usage.besides.id if isinstance(usage.besides, Run) else true()
    rows = session.execute(
        guard.mark(
            select(Run.currency, func.sum(Run.gross))
            .join(RunStep, RunStep.run_id == Run.id)
            .where(
                RunStep.state == "approved", RunStep.withdrawn_at.is_(None), RunStep.entry == usage.entry,
                RunStep.task_id.is_(None),
                RunStep.at >= usage.since, RunStep.at < usage.until,
                besides,
            )
            .group_by(Run.currency),
            [(RUN_READ, "payroll_run")],
        )
    )
    for currency, total in rows:
        found[currency] = found.get(currency, 0) + int(total)
    return found


def _steps_of(session: Session, run: Run) -> dict[str, Collection[int]]:
    """Who took which step with a run, of those that stand; of its approval everybody who agreed, and in whose stead."""
    taken: dict[str, set[int]] = {}
    if run.id is not None:
        rows = session.execute(
            select(RunStep.state, RunStep.person_id).where(RunStep.run_id == run.id, RunStep.withdrawn_at.is_(None))
        )
        for state, person_id in rows:
            if person_id is not None:
                taken.setdefault(_LED_TO[state], set()).add(person_id)
    if APPROVE in taken:
        task = workflow.answer_of(session, RUN, run)
        taken[APPROVE] |= workflow.deciders(session, task) if task is not None and task.state == "approved" else set()
    return dict(taken)


def _change_facts(session: Session, change: SalaryChange) -> Facts:
    """A change of pay is where its person works; of the person himself only once he was told of it."""
    del session
    return Facts(
        (change.person_id,) if change.told_at is not None else (), (change.unit_id,), (change.position_id,),
        legal_entity_id=change.legal_entity_id, amount=change.amount, currency=change.currency,
        creator_person_id=change.requester_person_id, beneficiary_person_id=change.person_id,
    )  # fmt: skip


def _told(entity: Any, ids: Any, at: date) -> ColumnElement[bool]:
    found: ColumnElement[bool] = and_(by_column("person_id")(entity, ids, at), entity.told_at.is_not(None))
    return found


def _change_acts(session: Session, change: SalaryChange) -> dict[str, Collection[int]]:
    """Who asked for a change, and everybody who approved it."""
    done: dict[str, Collection[int]] = {}
    if change.requester_person_id is not None:
        done[CHANGE_REQUEST] = (change.requester_person_id,)
    task = workflow.answer_of(session, CHANGE, change) if not inspect(change).transient else None
    if task is not None and task.state == "approved":
        done[CHANGE_APPROVE] = tuple(sorted(workflow.deciders(session, task)))
    return done


def _called(change: SalaryChange) -> str:
    """What a change is called where its amount stands beside it."""
    return change.number


def _runs_holding(session: Session, person_id: int) -> Collection[int]:
    """The runs with a payslip of a person: who opens one of them looks at his amounts too."""
    with system(session, "which payrolls hold a payslip of somebody"):
        return session.scalars(select(Slip.run_id).where(Slip.person_id == person_id).distinct()).all()


def _resource(name: str, model: type[Any], read: str) -> ResourceType:
    anchors: dict[str, Anchor] = {
        "person": by_column("person_id"),
        "unit": through_assignment("person_id", "unit_id", column="person_id"),
        "position": through_assignment("person_id", "position_id", column="person_id"),
    }
    return ResourceType(name=name, model=model, facts=_facts, anchors=anchors, read=read)


RESOURCE_TYPES = (
    _resource("payroll_salary", Salary, SALARY_READ),
    ResourceType(
        name="payroll_salary_change",
        model=SalaryChange,
        facts=_change_facts,
        anchors={
            "person": _told, "unit": by_column("unit_id"), "position": by_column("position_id"),
            "legal_entity": by_column("legal_entity_id"), "creator": by_column("requester_person_id"),
            "beneficiary": by_column("person_id"),
        },
        read=CHANGE_READ,
        attributes={
            "amount": Attribute(_("Difference a month"), MONEY, "amount", currency="currency"),
            "total": Attribute(_("Agreed pay a month"), MONEY, "total", currency="currency"),
            "rise": Attribute(_("Rise, as a part of the pay before"), RATE, "rise"),
            "back": Attribute(_("Begins in a month that is over"), BOOL, "back"),
        },
        acts=_change_acts,
        material=("employment_id", "valid_from", "mark", "total", "total_before", "currency", "reason"),
    ),
    _resource("payroll_opening", Opening, SALARY_READ),
    _resource("payroll_deduction", Deduction, SALARY_READ),
    _resource("payroll_contribution", Contribution, SALARY_READ),
    ResourceType(
        name="payroll_slip",
        model=Slip,
        facts=_slip_facts,
        anchors={"person": by_column("person_id"), "unit": by_column("unit_id"), "position": by_column("position_id")},
        groups=(FieldGroup("pay", _("Amounts of pay"), ("gross", "net", "tax", "deductions"), SLIP_REVEAL),),
        read=SLIP_READ,
    ),
    ResourceType(
        name="payroll_run",
        model=Run,
        facts=_run_facts,
        anchors={"legal_entity": by_column("legal_entity_id"), "creator": by_column("created_by_person_id")},
        read=RUN_READ,
        attributes={"gross": Attribute(_("Gross pay"), MONEY, "gross", currency="currency")},
        material=("figures", "gross", "net", "tax", "employer_cost", "slip_count", "currency", "legal_entity_id"),
        holding=_runs_holding,
        acts=_steps_of,
    ),
)

ACTIONS = (
    ActionDef(SALARY_READ, _("See agreed salaries"), resource="payroll_salary", power="read"),
    ActionDef(SALARY_IMPORT, _("Import salaries and contribution bases")),
    ActionDef(CHANGE_READ, _("See changes of pay"), resource="payroll_salary_change", power="read"),
    ActionDef(CHANGE_REQUEST, _("Ask for changes of pay"), resource="payroll_salary_change"),
    ActionDef(
        CHANGE_APPROVE, _("Approve changes of pay"), resource="payroll_salary_change", power="decide", amount=True,
        no_self=True, recuse=("relative",), used=workflow.used(SalaryChange, "amount", "currency"),
        alike={"person_id": _("Employee")}, siblings=workflow.siblings(SalaryChange, "amount", "currency", _called),
    ),
    ActionDef(CHANGE_TELL, _("Tell people of their new pay"), resource="payroll_salary_change"),
    ActionDef(OPENING_IMPORT, _("Import opening totals of the tax year")),
    ActionDef(DEDUCTION_IMPORT, _("Import special additional deductions")),
    ActionDef(RUN_READ, _("See payroll runs"), resource="payroll_run", power="read"),
    ActionDef(CALCULATE, _("Calculate the payroll"), resource="payroll_run"),
    ActionDef(REVIEW, _("Review the payroll"), resource="payroll_run", no_self=True, recuse=("relative",)),
    ActionDef(
        APPROVE, _("Approve the payroll"), resource="payroll_run", power="decide", amount=True, no_self=True,
        recuse=("relative",),
        used=_approved,
    ),
    ActionDef(PAY, _("Pay the payroll"), resource="payroll_run"),
    ActionDef(PUBLISH, _("Publish payslips"), resource="payroll_run"),
    ActionDef(LOCK, _("Lock the payroll"), resource="payroll_run"),
    ActionDef(SLIP_READ, _("See payslips"), resource="payroll_slip", power="read"),
    ActionDef(SLIP_REVEAL, _("Open the amounts of a payslip"), resource="payroll_slip", power="reveal"),
    ActionDef(EXPORT_BANK, _("Export the bank payroll file"), resource="payroll_run"),
    ActionDef(EXPORT_TAX, _("Export the tax file"), resource="payroll_run"),
    ActionDef(ISSUE_LETTER, _("Issue income certificates"), resource="employment"),
)

SUGGESTED = (
    SuggestedEntry(SLIP_READ, "self", _("See one's own payslips")),
    SuggestedEntry(SLIP_REVEAL, "self", _("Open the amounts of one's own payslips")),
    *(
        SuggestedEntry(action.key, "company", action.title, roles=("payroll",))
        for action in ACTIONS
        if action.key not in (APPROVE, PAY, CHANGE_APPROVE)
    ),
    SuggestedEntry(CHANGE_READ, "self", _("See changes of one's own pay once one was told"), roles=("everybody",)),
    SuggestedEntry(CHANGE_READ, "subtree", _("See changes of pay in the department"), roles=("head",)),
    SuggestedEntry(CHANGE_REQUEST, "subtree", _("Ask for changes of pay in the department"), roles=("head",)),
    SuggestedEntry(CHANGE_TELL, "subtree", _("Tell people of the department of their new pay"), roles=("head",)),
    SuggestedEntry(CHANGE_READ, "company", _("See changes of pay"), roles=("hr",)),
    SuggestedEntry(CHANGE_REQUEST, "company", _("Ask for changes of pay"), roles=("hr",)),
    SuggestedEntry(
        CHANGE_APPROVE, "company", _("Approve changes of pay, up to CNY 3,000 a month"), limit=300_000, currency="CNY",
        roles=("hr",),
    ),
    SuggestedEntry(APPROVE, "company", _("Approve the payroll"), roles=("finance",)),
    SuggestedEntry(PAY, "company", _("Pay the payroll"), roles=("cashier",)),
    SuggestedEntry(EXPORT_BANK, "company", _("Export the bank payroll file"), roles=("cashier",)),
    SuggestedEntry(RUN_READ, "company", _("See payroll runs"), roles=("finance",)),
)
