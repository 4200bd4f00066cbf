"""Runs and their states: calculate, review, approve, pay, publish, lock. The only place that moves a run."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from payroll import actions
from payroll.events import BY_STATE
from payroll.models import PayGroup, PayPeriod, Run, RunStep
from payroll.rules.states import may_move, reached
from payroll.services import compute, setup, steps
from payroll.text import _
from remit import workflow
from remit.base import Actor, DomainError, Month, NotFound, clock
from remit.events import emit
from remit.jobs import Report
from remit.services import allowed, check, require, system, unseen, visible
from remit.specs import Change, Denied
from remit.text import Text

_LOCK = 0x504159
_REASON = "payroll computes a run"


def silent(done: int, total: int | None, message: Text | str = "") -> None:
    """A report nobody listens to."""


def run_of(
    session: Session, actor: Actor, month: Month, *, group: str | None = None, action: str = actions.RUN_READ
) -> Run:
    """The regular run of a work month that the actor may do this to; ``NotFound`` when there is none, ``Denied``
    when he may not do it to every run and not to this one.
    """
    statement = (
        select(Run)
        .join(PayPeriod, PayPeriod.id == Run.pay_period_id)
        .join(PayGroup, PayGroup.id == Run.group_id)
        .where(PayPeriod.work_month == month.number, Run.kind == "regular")
        .order_by(Run.id)
    )
    if group is not None:
        statement = statement.where(PayGroup.code == group)
    found: Run | None = session.scalars(visible(session, actor, action, statement)).first()
    if found is None:
        missing = NotFound(
            "payroll.no_run", _("There is no payroll of {month} yet, or it is not yours to see.", month=month.title)
        )
        raise unseen(session, actor, action, Run, missing)
    return found


def open_run(session: Session, actor: Actor, month: Month, *, group: str | None = None) -> Run:
    """The regular run of a month, made as a draft when there is none. Needs the right to calculate it."""
    if not allowed(session, actor, actions.CALCULATE):
        require(session, actor, actions.CALCULATE)  # before anything is said of pay groups
    with system(session, "payroll looks up a run"):
        chosen = setup.group_of(session, group)
        setup.ensure_components(session)
        period = setup.period_of(session, chosen, month)
        found = session.scalars(
            select(Run).where(Run.group_id == chosen.id, Run.pay_period_id == period.id, Run.kind == "regular")
        ).one_or_none()
        if found is None:
            found = Run(
                group_id=chosen.id, pay_period_id=period.id, legal_entity_id=chosen.legal_entity_id,
                currency=chosen.currency, known_on=clock.today(), kind="regular", state="draft", slip_count=0, gross=0,
                net=0, tax=0, employer_cost=0, error_count=0, warning_count=0,
            )
            require(session, actor, actions.CALCULATE, found)
            session.add(found)
            session.flush()
    require(session, actor, actions.CALCULATE, found)
    return found


def calculate(session: Session, actor: Actor, run: Run, *, report: Report = silent) -> Run:
    """Compute the run for everybody and replace its slips; the run is then ``calculated``.

    One bad slip does not stop the others: it becomes a problem, and the run cannot be approved while errors stand.
    Whoever is asked to approve the figures before need not answer any more, and what was approved is void. Raises
    ``DomainError`` for a run that is too far to change, for a month that another module has not closed, for formulas
    that do not work.
    """
    alone(session, run)
    decision = require(session, actor, actions.CALCULATE, run)
    insist(run, "calculated")
    check(session, actor, Change(actions.CALCULATE, run, _values(session, run)))
    with system(session, _REASON):
        workflow.recall(session, actor, actions.RUN, run)
        session.refresh(run)  # whoever approved it at this moment was waited for
        if reached(run.state, "approved"):
            _no_later_run(session, run)
        run.known_on = clock.today()
        report(5, 100, _("Reading salaries, bases and time"))
        work = compute.gather(session, run)
        report(40, 100, _("Computing {count} payslip", "Computing {count} payslips", count=len(work.inputs.roster)))
        done = compute.compute(work)
        report(55, 100, _("Storing the payslips"))
        try:
            compute.store(session, work, done, report)
        except IntegrityError:
            raise DomainError(
                "payroll.double", _("Somebody has a payslip of this month already; nothing was written.")
            ) from None
        compute.sum_up(work, done)
        run.state = "calculated"
        run.created_by_person_id = actor.person_id
        steps.withdraw(session, run)
        steps.take(session, actor, run, "calculated", decision)
        session.flush()
        _tell(session, run)
    report(100, 100, _("{count} payslip", "{count} payslips", count=run.slip_count))
    return run


def review(session: Session, actor: Actor, run: Run) -> Run:
    """Say that the figures were looked at: from now on whoever the lists name is asked to approve them.

    The question is whoever's it calculated, so that he cannot answer it.
    """
    _move(session, actor, run, actions.REVIEW, "reviewed")
    made = standing_step(session, run, "calculated")
    asker = Actor(kind="person", name=made.name, account_id=made.account_id, person_id=made.person_id) if (
        made is not None) else actor  # fmt: skip
    workflow.ask(session, actor, actions.RUN, run, asker=asker)
    return run


def approve(session: Session, actor: Actor, run: Run) -> Run:
    """Say yes to the question whether a reviewed run may be paid, as on the page of its task.

    Refused while errors stand, and to whoever calculated it. Where its process asks others as well it is approved once
    they have agreed.
    """
    alone(session, run)
    asked = workflow.run_of(session, actions.RUN, run)
    waiting = workflow.open_tasks(session, asked) if asked is not None else ()
    if not waiting:
        require(session, actor, actions.APPROVE, run)
        insist(run, "approved")
        raise DomainError("payroll.not_asked", _("Nobody is asked to approve it at this moment."))
    refused: Denied | None = None
    for task in waiting:
        try:
            workflow.decide(session, actor, task.id, "approved", seen=task.digest)
        except Denied as denied:
            refused = refused or denied
        else:
            return run
    raise refused or NotFound("payroll.not_asked", _("Nobody is asked to approve it at this moment."))


def answered(session: Session, actor: Actor, run: Run, answer: workflow.Answer) -> None:
    """Move a run on by the answer: approved it can be paid; any other has it corrected and reviewed again.

    Whoever answers holds the run, so that it needs no lock of its own. Raises ``DomainError`` while errors stand, and
    where the run has gone on.
    """
    if answer != "approved":
        if reached(run.state, "paid"):
            raise DomainError("payroll.paid", _("The payroll is paid; its figures do not change any more."))
        run.state = "calculated"
        steps.withdraw(session, run, "reviewed", "approved")
        return
    insist(run, "approved")
    if run.error_count:
        raise DomainError(
            "payroll.errors",
            _("{count} error stands; correct it and calculate again.",
              "{count} errors stand; correct them and calculate again.", count=run.error_count),
        )  # fmt: skip
    check(session, actor, Change(actions.APPROVE, run, _values(session, run)))
    run.state = "approved"
    steps.approved(session, actor, run, workflow.answer_of(session, actions.RUN, run))
    _tell(session, run)


def standing_step(session: Session, run: Run, state: str) -> RunStep | None:
    """The step that led a run to a state and still stands."""
    return steps.standing(steps.history(session, [run.id])[run.id]).get(state)


def pay(session: Session, actor: Actor, run: Run) -> Run:
    """Say that the money has been ordered."""
    return _move(session, actor, run, actions.PAY, "paid")


def publish(session: Session, actor: Actor, run: Run) -> Run:
    """Let everybody see his own payslip."""
    return _move(session, actor, run, actions.PUBLISH, "published")


def lock(session: Session, actor: Actor, run: Run) -> Run:
    """Close the month for good: a locked run never changes again."""
    return _move(session, actor, run, actions.LOCK, "locked")


#: What takes a run one step further, by the word for it.
STEPS: dict[str, tuple[str, Callable[[Session, Actor, Run], Run]]] = {
    "review": (actions.REVIEW, review),
    "approve": (actions.APPROVE, approve),
    "pay": (actions.PAY, pay),
    "publish": (actions.PUBLISH, publish),
    "lock": (actions.LOCK, lock),
}


def month_of(session: Session, run: Run) -> Month:
    """The work month of a run."""
    return Month.from_number(session.get_one(PayPeriod, run.pay_period_id).work_month)


def check_reopening(session: Session, change: Change) -> None:
    """Object when a month that pay was built on is about to be reopened, or when something is to be paid with a
    payroll that is decided."""
    month, paid_with = change.values.get("month"), change.values.get("paid_with")
    if isinstance(paid_with, Month):
        _refuse_more(session, paid_with)
    if change.action.endswith(".month:reopen") and isinstance(month, Month):
        refuse_reopening(session, month)


def refuse_reopening(session: Session, month: Month) -> None:
    """What attendance is told when it wants to reopen a month whose pay is decided."""
    if _decided(session, month):
        raise DomainError(
            "payroll.month_decided",
            _("The payroll of {month} is approved; its attendance cannot change.", month=month.title),
        )


def _refuse_more(session: Session, month: Month) -> None:
    """What a module is told that wants its amounts paid with a payroll that is decided."""
    if _decided(session, month):
        raise DomainError(
            "payroll.month_decided",
            _("The payroll of {month} is approved; choose a later one to pay with.", month=month.title), "month",
        )  # fmt: skip


def _decided(session: Session, month: Month) -> bool:
    with system(session, "payroll looks whether a month is paid"):
        states = session.scalars(
            select(Run.state).join(PayPeriod, PayPeriod.id == Run.pay_period_id).where(
                PayPeriod.work_month == month.number
            )
        ).all()
    return any(reached(state, "approved") for state in states)


def _move(session: Session, actor: Actor, run: Run, action: str, to: str) -> Run:
    alone(session, run)
    decision = require(session, actor, action, run)
    insist(run, to)
    check(session, actor, Change(action, run, _values(session, run)))
    run.state = to
    steps.take(session, actor, run, to, decision)
    session.flush()
    _tell(session, run)
    return run


def _tell(session: Session, run: Run) -> None:
    emit(session, BY_STATE[run.state](run.id, month_of(session, run)))


def _values(session: Session, run: Run) -> dict[str, object]:
    return {"month": month_of(session, run), "state": run.state}


def alone(session: Session, run: Run) -> None:
    """Two processes that touch one run wait for each other; the second one sees what the first one did.

    SQLite has one writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK, run.group_id)))
    session.refresh(run)


def insist(run: Run, to: str) -> None:
    """Raise ``DomainError`` unless a run may move to a state from where it is."""
    if not may_move(run.state, to):
        raise DomainError(
            "payroll.state",
            _("The payroll is {state}; it cannot become {to}.", state=STATE_TITLES[run.state], to=STATE_TITLES[to]),
        )


def _no_later_run(session: Session, run: Run) -> None:
    period = session.get_one(PayPeriod, run.pay_period_id)
    later = session.scalars(
        select(Run.state).join(PayPeriod, PayPeriod.id == Run.pay_period_id).where(
            Run.group_id == run.group_id, PayPeriod.work_month > period.work_month
        )
    ).all()
    if any(reached(state, "approved") for state in later):
        raise DomainError(
            "payroll.later", _("A later month is approved already and builds on this one.")
        )


STATE_TITLES: dict[str, Text] = {
    "draft": _("to be calculated"),
    "calculated": _("calculated"),
    "reviewed": _("reviewed"),
    "approved": _("approved"),
    "paid": _("paid"),
    "published": _("published"),
    "locked": _("locked"),
}

