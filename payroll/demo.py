"""Payroll's part of the demo company: agreed pay, bases, deductions, the year so far, and three finished months."""

from __future__ import annotations

from datetime import date

import numpy as np
from sqlalchemy import delete
from sqlalchemy.orm import Session

from payroll.actions import APPROVE
from payroll.letters import LETTERS
from payroll.models import Contribution, Deduction, Opening, Run, Salary
from payroll.services import compute, setup
from payroll.services import run as runs
from payroll.services.changes import agreed, drafting, pay
from payroll.services.importing import DEDUCTIONS
from remit import letters
from remit.base import FOREVER, Actor, DomainError, Month
from remit.demo import Demo, DemoPerson, acting
from remit.models import bulk
from remit.org import employment_by_number
from remit.services import allowed, system
from remit.workflow import decide, open_tasks

#: Who gets more from when: the head of lead acquisition, in the middle of a month.
RAISED, RAISE_ON, RAISE = "LK014", date(2026, 9, 16), 200_000
#: Who asks that whose pay is raised by how much a month, why, and who decides it; nobody: it still waits.
CHANGES: tuple[tuple[str, str, int, str, str], ...] = (
    ("linan", "LK013", 100_000, "年度绩效优秀", "wangfang"), ("chenjing", "LK025", 150_000, "转岗后职责增加", ""),
)  # fmt: skip
#: Whose income is certified for a bank.
CERTIFIED = "LK014"
BEGINNING = date(2026, 1, 1)
_STORY_NOTES = {"intern": (0, 0), "retiree": (1, 0)}
#: Share of the wage that is paid as performance pay, in hundredths, by what the post is about.
_PERFORMANCE = {"SAL": 30, "FOL": 30, "CARE": 25, "MKT": 15, "ACQ": 15, "BRD": 15}
_WISHES = ("children_education", "elderly", "housing_rent", "housing_loan", "infant_care")
_MONTHLY = {
    "children_education": 200_000, "elderly": 300_000, "housing_rent": 150_000, "housing_loan": 100_000,
    "infant_care": 200_000,
}  # fmt: skip


def give_demo(session: Session, demo: Demo) -> None:
    """Write it; months are computed by the same services and people as everywhere else. An institution gets none."""
    if demo.kind != "company":
        return
    components = setup.ensure_components(session)
    group = setup.ensure_groups(session)[0]
    rng = demo.rng("payroll")
    for person in demo.people.values():
        _agree(session, person, components)
        _insure(session, person)
        wishes = [] if person.kind != "regular" else sorted(rng.sample(_WISHES, rng.randint(0, 2)))
        _deduct(session, person, wishes)
    session.flush()
    with system(session, "the demo company takes over the year so far"):
        _open_year(session, group.id, demo)
    for month in demo.closed:
        if not _finish(session, demo, month, last=month == demo.closed[-1]):
            return
    for row in CHANGES:
        _change(session, demo, *row)
    director = demo.actors["wangfang"]
    with acting(session, director):
        certified = employment_by_number(session, director, CERTIFIED)
        letters.issue(session, director, certified, LETTERS[0],
                      letters.Request("zh_CN", "办理住房贷款", "中国建设银行上海市分行"))  # fmt: skip


def _agree(session: Session, person: DemoPerson, components: dict[str, int]) -> None:
    performance = person.salary * _PERFORMANCE.get(person.position.partition("-")[0], 10) // 100 // 10_000 * 10_000
    amounts = {"base_pay": person.salary - performance, "performance_pay": performance}
    if person.kind == "regular":
        amounts |= {"allowance": 60_000, "phone_allowance": 20_000}
    for code, amount in amounts.items():
        raised = code == "base_pay" and person.number == RAISED
        if raised:
            _salary(session, person, components[code], amount - RAISE, person.hired, RAISE_ON)
        start = RAISE_ON if raised else person.hired
        _salary(session, person, components[code], amount, start, FOREVER, "年中调薪" if raised else None)


def _salary(
    session: Session, person: DemoPerson, component: int, amount: int, start: date, end: date,
    reason: str | None = None,
) -> None:
    session.add(
        Salary(employment_id=person.employment_id, person_id=person.person_id, component_id=component,
               valid_from=start, valid_to=end, amount=amount, reason=reason)
    )  # fmt: skip


def _insure(session: Session, person: DemoPerson) -> None:
    """Bases are last year's average wage; the intern is not insured, the retiree only against work injury."""
    injury_only, factor = _STORY_NOTES.get(person.note, (0, 1))
    base = person.salary if factor or injury_only else 0
    session.add(
        Contribution(
            employment_id=person.employment_id, person_id=person.person_id, valid_from=person.hired, si_base=base,
            hf_base=base * factor, hf_rate=120_000 if person.place.endswith("BJ") else 70_000,
            injury_only=bool(injury_only),
        )
    )


def _deduct(session: Session, person: DemoPerson, wishes: list[str]) -> None:
    if {"housing_rent", "housing_loan"} <= set(wishes):
        wishes.remove("housing_rent")  # one or the other (国发〔2018〕41号 第二十条)
    for kind in wishes:
        session.add(
            Deduction(employment_id=person.employment_id, person_id=person.person_id, kind=kind,
                      kind_key=DEDUCTIONS[kind], valid_from=max(person.hired, BEGINNING), valid_to=FOREVER,
                      amount=_MONTHLY[kind])
        )  # fmt: skip


def _open_year(session: Session, group_id: int, demo: Demo) -> None:
    """The totals that payroll before Remit would have handed over: the months up to the first closed one, computed
    with the same formulas and without overtime or absence, kept as openings.
    """
    first = demo.closed[0]
    group = next(one for one in setup.ensure_groups(session) if one.id == group_id)
    month = Month(first.year - 1, 12)
    while month < first:
        period = setup.period_of(session, group, month)
        draft = Run(group_id=group.id, pay_period_id=period.id, legal_entity_id=group.legal_entity_id,
                    currency=group.currency, known_on=demo.today, kind="regular", state="draft")  # fmt: skip
        with session.no_autoflush:
            work = compute.gather(session, draft, time=False)
            done = compute.compute(work)
        country = compute.country_of(session, group)
        if country is None:
            return
        _keep(session, work, done, [one.code for one in country.accumulators])
        month = month.next()


def _keep(session: Session, work: compute.Work, done: compute.Computed, codes: list[str]) -> None:
    roster = work.inputs.roster
    ids = roster.ids[done.rows]
    session.execute(delete(Opening).where(Opening.employment_id.in_(ids.tolist())))
    bulk.write_columns(
        session, Opening,
        {
            "employment_id": np.repeat(ids, len(codes)), "person_id": np.repeat(roster.person[done.rows], len(codes)),
            "withholding_agent_id": np.repeat(roster.agent[done.rows], len(codes)), "tax_year": work.tax.year,
            "through_month": work.tax.month, "months": work.tax.month, "code": codes * ids.size,
            "amount": np.stack([done.values[code] for code in codes], axis=1).reshape(-1),
        },
    )  # fmt: skip


def _finish(session: Session, demo: Demo, month: Month, *, last: bool) -> bool:
    """One month through all its steps, each taken by whoever's authority it is; the last closed one is published and
    not locked yet. False without closed attendance: there is no payroll then, HR closes the month first.
    """
    who = demo.actors
    with acting(session, who["maxin"]):
        run = runs.open_run(session, who["maxin"], month)
        try:
            runs.calculate(session, who["maxin"], run)
        except DomainError as refused:
            if not refused.code.endswith(".not_closed"):
                raise
            session.delete(run)
            return False
    hands = {"review": who["wangfang"], "approve": _approver(session, demo, run), "pay": who["helin"],
             "publish": who["wangfang"], "lock": who["maxin"]}  # fmt: skip
    for word, (_action, step) in runs.STEPS.items():
        if word != "lock" or not last:
            with acting(session, hands[word]):
                step(session, hands[word], run)
    return True


def _change(session: Session, demo: Demo, login: str, number: str, more: int, reason: str, decider: str) -> None:
    """A change of pay from next month on; what is decided is told by whoever asked for it."""
    who = demo.actors[login]
    with acting(session, who):
        employment = pay.employment_for(session, who, number)
        first = demo.open.next().start
        part = next(one for one in agreed.parts(session, employment.id, first) if one.amount)
        change = drafting.draft(session, who, employment, None, {
            "valid_from": first, "reason": reason, "amounts": {part.component: (part.amount or 0) + more},
        })  # fmt: skip
        run = drafting.submit(session, who, change)
    for task in open_tasks(session, run) if decider else ():
        with acting(session, demo.actors[decider]):
            decide(session, demo.actors[decider], task.id, "approved", seen=task.digest, comment="同意")
        with acting(session, who):
            drafting.tell(session, who, change)


def _approver(session: Session, demo: Demo, run: Run) -> Actor:
    """Whoever's authority covers the total: the finance manager, or above her limit the general manager."""
    chain = [demo.actors[login] for login in ("xumei", "luoyi")]
    return next((actor for actor in chain if allowed(session, actor, APPROVE, run)), chain[-1])
