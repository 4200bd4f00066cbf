"""The approval of a payroll is a question: what stands beside it, who answers it, and what undoes the answer."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from core.access.decision import Denied
from core.app import create_app
from core.authority.document import parse
from core.authority.publish import publish
from core.events.models import EventRow
from core.identity import services as identity
from core.kernel.house import House
from core.org import tree
from core.workflow import batches, reading, tasks
from core.workflow.models import OPEN, SETTLED, VOID, Task
from payroll import actions
from payroll.models import Run, RunStep
from payroll.services import question
from payroll.services import run as runs
from payroll.services.steps import history, standing
from remit import workflow
from remit.base import Actor, DomainError, Month
from remit.models import Person
from remit.services import system
from remit.specs import Usage
from tests.payroll.conftest import SYSTEM, Company, found
from tests.visitor import PASSWORD, Visitor, visitor, words

LIST = """
list: LK
version: 1
effective_from: "2020-01-01"
positions:
  DEV:
    authority:
      A1: {can: "payroll.run:read", in: company, power: read, title: {zh: 查看, en: Sees}}
      A2: {can: "payroll.run:calculate", in: company, title: {zh: 核算, en: Calculates}}
      A3: {can: "payroll.run:review", in: company, title: {zh: 复核, en: Reviews}}
      A4: {can: "payroll.run:approve", in: company, up_to: 60000.00 CNY, title: {zh: 审批, en: Approves}}
      A5: {can: "payroll.run:pay", in: company, title: {zh: 付款, en: Pays}}
"""
PEOPLE = {"anna": "安娜", "bo": "博文", "chen": "陈晨", "dan": "丹丹", "eva": "伊娃"}


def staff(company: Company) -> dict[str, Actor]:
    """Five colleagues on one post that may do all of it, each with ten thousand a month."""
    made = {}
    for place, (login, name) in enumerate(PEOPLE.items(), start=1):
        one = company.hire(login, date(2020, 1, 1))
        company.agree(login, 1_000_000)
        company.insure(login, 0, 0)
        company.session.get_one(Person, one.person_id).name = name
        made[login] = Actor(kind="person", name=name, account_id=place, person_id=one.person_id)
    tree.renumber(company.session)
    publish(company.session, SYSTEM, parse(LIST))
    return made


def reviewed(company: Company, by: dict[str, Actor], month: str = "2026-05") -> Run:
    run = runs.open_run(company.session, by["anna"], Month.parse(month))
    runs.calculate(company.session, by["anna"], run)
    return runs.review(company.session, by["bo"], run)


def asked(company: Company, run: Run) -> Task:
    """The task that waits."""
    process = workflow.run_of(company.session, actions.RUN, run)
    assert process is not None
    (task,) = workflow.open_tasks(company.session, process)
    return task


def test_a_reviewed_payroll_asks_in_the_name_of_whoever_calculated_it(company: Company) -> None:
    by, work = staff(company), company.session
    run = reviewed(company, by)
    task = asked(company, run)
    assert (task.requester_person_id, task.action) == (by["anna"].person_id, actions.APPROVE)
    assert task.next_person_id in {by[login].person_id for login in PEOPLE if login != "anna"}
    with pytest.raises(Denied) as refused:
        tasks.answer(work, by["anna"], task.id, "approved", seen=task.digest)
    assert refused.value.decision.code == "SOD_SELF"


def test_what_stands_beside_the_question(company: Company) -> None:
    """People, totals with what changed against the month before, who calculated it, and what was found."""
    by, work = staff(company), company.session
    company.finish("2026-04", to="approved")
    company.hire("fay", date(2026, 5, 1))
    company.agree("fay", 500_000, date(2026, 5, 1))
    run = reviewed(company, by)
    told = {str(name): str(value) for name, value in question.lines(work, run)}
    assert told["月份"] == "2026 年 5 月"
    assert told["工资条"] == "6 份，上月 5 份"
    assert told["应发合计"] == "¥55,000.00，较上月 +10.0%"
    assert told["核算人"] == "安娜"
    assert [name for name, _value in question.lines(work, run) if str(name) == "错误"] == []
    assert run.warning_count == 1 == len(run.problems or [])
    assert "缴费基数" in told["提醒事项"]
    assert "¥" not in str(question.subject(work, run)), "no amount where it stands in lists and mails"


def test_totals_of_few_people_stay_masked_beside_it(company: Company) -> None:
    """Whoever decides reads what he may read on the page of the run, and no more."""
    company.hire("1")
    company.agree("1", 1_000_000)
    company.insure("1", 0, 0)
    tree.renumber(company.session)
    publish(company.session, SYSTEM, parse(LIST))
    run = company.finish("2026-05", to="reviewed")
    actor = Actor(kind="person", name="N", account_id=1, person_id=company.employments["1"].person_id)
    company.session.info["actor"] = actor
    try:
        told = {str(name): str(value) for name, value in question.lines(company.session, run)}
    finally:
        company.session.info["actor"] = SYSTEM
    assert told["应发合计"] == told["实发"] == told["用工成本"] == "••••••"


def test_the_answer_is_the_approval_once(company: Company) -> None:
    by, work = staff(company), company.session
    run = reviewed(company, by)
    task = asked(company, run)
    tasks.answer(work, by["chen"], task.id, "approved", seen=task.digest)
    step = standing(history(work, [run.id])[run.id])["approved"]
    assert (run.state, step.name, step.entry, step.task_id) == ("approved", "陈晨", "DEV.A4", task.id)
    for again in (
        lambda: tasks.answer(work, by["dan"], task.id, "approved", seen=task.digest),
        lambda: runs.approve(work, by["dan"], run),
    ):
        with pytest.raises(DomainError):
            again()
    told = work.scalars(select(EventRow.name).where(EventRow.name == "payroll.run_approved")).all()
    assert len(told) == 1


def test_calculated_again_nobody_answers_the_old_figures(company: Company) -> None:
    """While it is asked, and after it was approved: the question begins another round once it is reviewed again."""
    by, work = staff(company), company.session
    run = reviewed(company, by)
    first = asked(company, run)
    seen = first.digest
    company.agree("anna", 100_000, code="allowance")
    runs.calculate(work, by["chen"], run)
    assert (first.state, run.state) == (SETTLED, "calculated")
    with pytest.raises(DomainError):
        tasks.answer(work, by["dan"], first.id, "approved", seen=seen)
    runs.review(work, by["bo"], run)
    second = asked(company, run)
    assert second.run_id == first.run_id
    assert second.digest != seen
    assert second.requester_person_id == by["chen"].person_id, "whose figures they are now"
    runs.approve(work, by["anna"], run)
    assert run.state == "approved"
    work.commit()  # decisions are looked at again as the transaction left things
    runs.calculate(work, by["anna"], run)
    work.refresh(second)
    assert (second.state, run.state) == (VOID, "calculated")
    assert not workflow.is_approved(work, actions.RUN, run)
    with pytest.raises(DomainError) as refused:
        runs.pay(work, by["eva"], run)
    assert refused.value.code == "payroll.state"


def test_figures_of_single_people_are_part_of_what_was_seen(company: Company) -> None:
    """The same totals with other payslips are other figures."""
    by, work = staff(company), company.session
    run = reviewed(company, by)
    before, gross = asked(company, run).digest, run.gross
    for login, amount in (("anna", 100_000), ("bo", -100_000)):
        company.agree(login, amount, code="allowance")
    runs.calculate(work, by["anna"], run)
    runs.review(work, by["bo"], run)
    assert run.gross == gross
    assert asked(company, run).digest != before


@pytest.mark.parametrize("how", ["returned", "refused", "withdrawn"])
def test_what_is_not_approved_is_corrected_and_reviewed_again(company: Company, how: str) -> None:
    by, work = staff(company), company.session
    run = reviewed(company, by)
    task = asked(company, run)
    if how == "returned":
        tasks.send_back(work, by["chen"], task.id, seen=task.digest, comment="社保基数有误")
    elif how == "refused":
        tasks.answer(work, by["chen"], task.id, "refused", seen=task.digest, comment="社保基数有误")
    else:
        tasks.withdraw(work, by["anna"], task.id)
    assert run.state == "calculated"
    steps = history(work, [run.id])[run.id]
    assert [(one.state, one.withdrawn_at is None) for one in steps] == [("calculated", True), ("reviewed", False)]
    with pytest.raises(DomainError) as refused:
        runs.approve(work, by["chen"], run)
    assert refused.value.code == "payroll.state"
    runs.review(work, by["bo"], run)
    assert asked(company, run).run_id == task.run_id or how != "returned"
    assert runs.approve(work, by["chen"], run).state == "approved"


def test_it_is_decided_by_itself(company: Company) -> None:
    """Not together with others, where figures are easily passed over."""
    by, work = staff(company), company.session
    task = asked(company, reviewed(company, by))
    person = next(actor for actor in by.values() if actor.person_id == task.next_person_id)
    assert task in reading.stored(work, person.person_id or 0)
    assert batches.batchable(work, person) == []
    (said,) = batches.approve_all(work, person, [(task.id, task.digest)])
    assert said.why
    assert task.state == OPEN


def test_what_was_approved_before_there_were_tasks_still_counts(company: Company) -> None:
    """Its step says under which entry, and no task does."""
    by, work = staff(company), company.session
    run = reviewed(company, by)
    runs.approve(work, by["chen"], run)
    step = standing(history(work, [run.id])[run.id])["approved"]
    usage = _usage(step)
    assert actions._approved(work, usage) == {"CNY": 5_000_000}
    task = work.get_one(Task, step.task_id)
    task.entry, step.task_id = None, None
    work.flush()
    assert actions._approved(work, usage) == {"CNY": 5_000_000}


def _usage(step: RunStep) -> Usage:
    return Usage(step.entry or "", "CNY", step.at - timedelta(days=1), step.at + timedelta(days=1))


# -- pages -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(house: House) -> Flask:
    """The same company with accounts, and a payroll of five people that is calculated."""
    with house.session(SYSTEM, write=True) as session:
        company = found(session)
        by = staff(company)
        for login, name in PEOPLE.items():
            identity.create_account(
                session, SYSTEM, login=login, name=name, password=PASSWORD, person_id=by[login].person_id
            )
        run = runs.open_run(session, by["anna"], Month(2026, 5))
        runs.calculate(session, by["anna"], run)
    made = create_app(house=house)
    made.testing = True
    return made


def test_the_page_shows_the_way_before_and_after_and_leads_to_the_task(office: Flask, house: House) -> None:
    by: dict[str, Visitor] = {login: visitor(office, login) for login in PEOPLE}
    path = "/payroll/runs/1"
    before = words(by["bo"].get(path))
    assert "将由谁决定" in before, "whoever may hand it in sees whom it would be put to"
    assert by["bo"].post(f"{path}/review").status_code == 200
    with house.session(SYSTEM) as session, system(session, "tests"):
        task_id, digest = session.execute(select(Task.id, Task.digest)).one()
    shown = by["chen"].get(path)
    assert f'href="/tasks/{task_id}"' in shown.text
    assert "审批发放" in words(shown)
    assert f"{path}/approve" not in shown.text, "there is one place to decide"
    assert "审批发放" not in words(by["anna"].get(path)), "not for whoever calculated it"
    page = by["chen"].get(f"/tasks/{task_id}")
    assert "¥50,000.00" in words(page)
    answered = by["chen"].post(f"/tasks/{task_id}", answer="approve", seen=digest, comment="")
    assert answered.status_code == 200
    after = by["dan"].get(path)
    assert "陈晨" in words(after)
    with house.session(SYSTEM) as session, system(session, "tests"):
        assert session.get_one(Run, 1).state == "approved"
