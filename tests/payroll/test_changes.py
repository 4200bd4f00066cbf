"""Changes of agreed pay: asked for, decided by the amount and the rise, written once, told to the person or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.decision import Denied
from core.authority.document import parse
from core.authority.publish import publish
from core.events.models import EventRow
from core.org import tree
from core.workflow import tasks
from core.workflow.models import Task
from payroll import actions
from payroll.models import Salary, SalaryChange
from payroll.services import run as runs
from payroll.services import salary
from payroll.services.changes import agreed, deciding, drafting, pay
from remit import workflow
from remit.base import FOREVER, Actor, DomainError, NotFound
from remit.models import Assignment, Person, Position, PositionVersion, Translation
from remit.services import load, system, visible
from tests.payroll.conftest import SYSTEM, Company

LIST = """
list: LK
version: 1
effective_from: "2020-01-01"
positions:
  HEAD:
    authority:
      H1: {can: "payroll.salary_change:request", in: subtree, title: {zh: 申请调薪, en: Asks}}
      H2: {can: "payroll.salary_change:read", in: subtree, power: read, title: {zh: 查看调薪, en: Sees}}
      H3: {can: "payroll.salary_change:tell", in: subtree, title: {zh: 告知调薪, en: Tells}}
      H4: {can: "payroll.salary_change:approve", in: subtree, up_to: 500.00 CNY, title: {zh: 审批, en: Approves}}
  BOSS:
    authority:
      B1:
        can: "payroll.salary_change:approve"
        in: company
        when: {rise: "> 0.10"}
        up_to: 9000.00 CNY
        title: {zh: 审批, en: Approves steep ones}
      B2: {can: "payroll.salary_change:request", in: company, title: {zh: 申请调薪, en: Asks}}
      B3: {can: "payroll.salary_change:read", in: company, power: read, title: {zh: 查看调薪, en: Sees}}
  HR:
    authority:
      R1:
        can: "payroll.salary_change:approve"
        in: company
        when: {rise: "<= 0.10"}
        up_to: 3000.00 CNY
        title: {zh: 审批, en: Approves}
      R2: {can: "payroll.salary_change:request", in: company, title: {zh: 申请调薪, en: Asks}}
      R3: {can: "payroll.salary_change:read", in: company, power: read, title: {zh: 查看调薪, en: Sees}}
      R4: {can: "payroll.salary:read", in: company, power: read, title: {zh: 查看定薪, en: Sees agreed pay}}
      R5: {can: "payroll.run:read", in: company, power: read, title: {zh: 查看批次, en: Sees payrolls}}
  DEV:
    authority:
      D1: {can: "payroll.salary_change:read", in: self, power: read, title: {zh: 查看本人调薪, en: Sees his own}}
      D2: {can: "payroll.salary:read", in: self, power: read, title: {zh: 查看本人定薪, en: Sees his own pay}}
"""
#: Login, post, name, and who holds the post above.
PEOPLE = {"boss": ("BOSS", "雷总"), "hr": ("HR", "何芳"), "head": ("HEAD", "韩磊"), "dev": ("DEV", "戴文")}
NOVEMBER = datetime(2026, 11, 10, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with time_machine.travel(NOVEMBER, tick=False):
        yield


@dataclass
class Staff:
    company: Company
    by: dict[str, Actor]

    @property
    def work(self) -> Session:
        return self.company.session

    @property
    def base(self) -> int:
        return self.company.components["base_pay"]

    def ask(
        self, who: str = "head", *, more: int = 50_000, day: date = date(2026, 12, 1), **values: Any
    ) -> SalaryChange:
        """Write a change of the developer's pay down."""
        return drafting.draft(self.work, self.by[who], self.company.employments["dev"], None, {
            "valid_from": day, "reason": "年度调薪", "amounts": {self.base: 1_000_000 + more}, **values,
        })  # fmt: skip

    def submitted(self, who: str = "head", **how: Any) -> tuple[SalaryChange, Task]:
        change = self.ask(who, **how)
        run = drafting.submit(self.work, self.by[who], change)
        (task,) = workflow.open_tasks(self.work, run)
        return change, task

    def rows(self) -> list[tuple[date, date, int, int | None]]:
        self.work.expire_all()
        statement = select(Salary).where(
            Salary.employment_id == self.company.employments["dev"].id, Salary.component_id == self.base
        ).order_by(Salary.valid_from)  # fmt: skip
        return [(one.valid_from, one.valid_to, one.amount, one.change_id)
                for one in self.work.scalars(visible(self.work, SYSTEM, actions.SALARY_READ, statement))]  # fmt: skip


def office(company: Company) -> Staff:
    """A general manager, and below him personnel and the head of development with one developer."""
    work, posts = company.session, {"DEV": company.position}
    for code in ("BOSS", "HR", "HEAD"):
        posts[code] = Position(code=code)
        work.add(posts[code])
    work.flush()
    above = {"BOSS": None, "HR": posts["BOSS"].id, "HEAD": posts["BOSS"].id}
    for code, reports_to in above.items():
        work.add(PositionVersion(
            position_id=posts[code].id, unit_id=company.unit.id, valid_from=date(2000, 1, 1), headcount=1,
            title=Translation(zh_CN=code, en=code), reports_to_id=reports_to, is_head=code == "BOSS",
        ))  # fmt: skip
    version = work.scalars(select(PositionVersion).where(PositionVersion.position_id == posts["DEV"].id)).one()
    version.reports_to_id = posts["HEAD"].id
    with system(work, "tests"):
        by = hired(company, posts)
    work.flush()
    tree.renumber(work)
    publish(work, SYSTEM, parse(LIST))
    return Staff(company, by)


def hired(company: Company, posts: dict[str, Position]) -> dict[str, Actor]:
    work, by = company.session, {}
    for place, (login, (code, name)) in enumerate(PEOPLE.items(), start=1):
        one = company.hire(login)
        held = work.scalars(select(Assignment).where(Assignment.employment_id == one.id)).one()
        held.position_id = posts[code].id
        held.is_primary = True
        work.get_one(Person, one.person_id).name = name
        company.agree(login, 1_000_000)
        company.insure(login, 0, 0)
        by[login] = Actor(kind="person", name=name, account_id=place, person_id=one.person_id)
    return by


@pytest.fixture
def staff(company: Company) -> Staff:
    return office(company)


def test_what_it_comes_to_is_counted_when_it_is_written(staff: Staff) -> None:
    change = staff.ask(more=150_000)
    assert (change.total_before, change.total, change.amount, change.rise) == (1_000_000, 1_150_000, 150_000, 150_000)
    assert change.amounts == [{"component": staff.base, "before": 1_000_000, "after": 1_150_000}]
    assert change.number == "LK-TX-2026-0001"
    cut = staff.ask(more=-100_000)
    assert (cut.amount, cut.rise) == (100_000, -100_000)
    other = staff.ask(more=0, amounts={staff.company.components["allowance"]: 20_000})
    assert (other.total, other.rise) == (1_020_000, 20_000)


@pytest.mark.parametrize(
    ("more", "who", "decider"),
    [(50_000, "hr", "head"), (50_000, "head", "hr"), (100_000, "head", "hr"), (150_000, "head", "boss"),
     (150_000, "hr", "boss")],
)  # fmt: skip
def test_the_list_decides_by_the_amount_and_by_the_rise(staff: Staff, more: int, who: str, decider: str) -> None:
    """The head up to 500 and nobody's own request, personnel up to a tenth, the general manager above it."""
    _change, task = staff.submitted(who, more=more)
    assert task.next_person_id == staff.by[decider].person_id
    other = "boss" if decider == "hr" else "hr"
    with pytest.raises(Denied):
        tasks.answer(staff.work, staff.by[other], task.id, "approved", seen=task.digest)


def test_a_steep_rise_is_looked_at_by_the_superior_first(staff: Staff) -> None:
    change, task = staff.submitted("head", more=250_000)
    assert (task.action, task.next_person_id) == ("workflow.task:answer", staff.by["boss"].person_id)
    tasks.answer(staff.work, staff.by["boss"], task.id, "approved", seen=task.digest)
    assert change.state == "submitted"
    run = workflow.run_of(staff.work, actions.CHANGE, change)
    assert run is not None
    (last,) = workflow.open_tasks(staff.work, run)
    tasks.answer(staff.work, staff.by["boss"], last.id, "approved", seen=last.digest)
    assert (change.state, last.entry) == ("approved", "BOSS.B1")


def test_approved_it_is_agreed_pay_once(staff: Staff) -> None:
    change, task = staff.submitted()
    tasks.answer(staff.work, staff.by["hr"], task.id, "approved", seen=task.digest)
    after = [(date(2020, 1, 1), date(2026, 12, 1), 1_000_000, None), (date(2026, 12, 1), FOREVER, 1_050_000, change.id)]
    assert staff.rows() == after
    with pytest.raises(DomainError):
        tasks.answer(staff.work, staff.by["hr"], task.id, "approved", seen=task.digest)
    assert staff.rows() == after
    names = staff.work.scalars(select(EventRow.name).where(EventRow.name.like("payroll.salary_chang%"))).all()
    assert names == ["payroll.salary_changed"]
    change.reason = "更多"
    with pytest.raises(DomainError) as refused:
        staff.work.flush()
    assert refused.value.code == "payroll.change_approved"
    staff.work.expire(change)


def test_what_is_planned_for_later_stays(staff: Staff) -> None:
    """A change reaches as far as what is agreed on its first day."""
    first = staff.rows()[0]
    employment = staff.company.employments["dev"]
    staff.work.scalars(visible(staff.work, SYSTEM, actions.SALARY_READ, select(Salary).where(
        Salary.employment_id == employment.id))).one().valid_to = date(2027, 3, 1)
    staff.company.agree("dev", 1_200_000, date(2027, 3, 1))
    _change, task = staff.submitted()
    tasks.answer(staff.work, staff.by["hr"], task.id, "approved", seen=task.digest)
    assert [row[:3] for row in staff.rows()] == [
        (first[0], date(2026, 12, 1), 1_000_000), (date(2026, 12, 1), date(2027, 3, 1), 1_050_000),
        (date(2027, 3, 1), FOREVER, 1_200_000),
    ]


def test_a_month_that_is_approved_is_not_changed_any_more(staff: Staff) -> None:
    """When it is written, when it is handed in, and when it is approved."""
    waiting, task = staff.submitted(day=date(2026, 11, 1))
    run = staff.company.run("2026-11")
    told = [str(value) for _name, value in deciding.lines(staff.work, waiting)]
    assert any("重新核算" in value for value in told), "calculated, not decided"
    runs.review(staff.work, SYSTEM, run)
    draft = staff.ask("hr", more=60_000, day=date(2026, 11, 1))
    runs.approve(staff.work, SYSTEM, run)
    before = staff.rows()
    for late in (
        lambda: staff.ask(day=date(2026, 10, 1)),
        lambda: tasks.answer(staff.work, staff.by["hr"], task.id, "approved", seen=task.digest),
    ):
        with pytest.raises(DomainError) as refused:
            late()
        assert refused.value.code == "payroll.change_decided"
        assert "2026-12-01" in str(refused.value.message)
    assert draft.state == "draft"
    assert staff.rows() == before


def test_agreed_pay_that_moved_meanwhile_is_asked_anew(staff: Staff) -> None:
    _change, task = staff.submitted()
    staff.work.scalars(visible(staff.work, SYSTEM, actions.SALARY_READ, select(Salary).where(
        Salary.employment_id == staff.company.employments["dev"].id))).one().amount = 1_010_000
    staff.work.flush()
    with pytest.raises(DomainError) as refused:
        tasks.answer(staff.work, staff.by["hr"], task.id, "approved", seen=task.digest)
    assert refused.value.code == "payroll.change_moved"


def test_sent_back_it_is_a_draft_and_goes_on(staff: Staff) -> None:
    change, task = staff.submitted()
    tasks.send_back(staff.work, staff.by["hr"], task.id, seen=task.digest, comment="写明依据")
    assert change.state == "draft"
    drafting.draft(staff.work, staff.by["head"], staff.company.employments["dev"], change, {
        "valid_from": change.valid_from, "reason": "晋级", "amounts": {staff.base: 1_040_000},
    })  # fmt: skip
    run = drafting.submit(staff.work, staff.by["head"], change)
    assert run.id == task.run_id
    (again,) = workflow.open_tasks(staff.work, run)
    tasks.answer(staff.work, staff.by["hr"], again.id, "approved", seen=again.digest)
    assert staff.rows()[-1][2] == 1_040_000


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"amounts": {}}, "payroll.change_nothing", None), ({"more": 0}, "payroll.change_nothing", None),
        ({"amounts": {999: 1}}, "payroll.change_component", "amounts"),
        ({"day": date(2019, 12, 31)}, "payroll.change_place", "valid_from"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_place(
    staff: Staff, values: dict[str, Any], code: str, field: str | None
) -> None:
    with pytest.raises(DomainError) as refused:
        staff.ask(**values)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert staff.work.scalars(visible(staff.work, SYSTEM, actions.CHANGE_READ, select(SalaryChange))).all() == []


def test_one_at_a_time_and_only_by_whom_the_list_lets_ask(staff: Staff) -> None:
    staff.submitted()
    with pytest.raises(DomainError) as refused:
        drafting.submit(staff.work, staff.by["hr"], staff.ask("hr", more=60_000))
    assert refused.value.code == "payroll.change_waits"
    with pytest.raises(Denied):
        staff.ask("dev")
    mine = staff.ask("head", more=30_000)
    with pytest.raises(DomainError):
        drafting.submit(staff.work, staff.by["hr"], mine)


def test_the_person_sees_nothing_until_somebody_who_may_tells_him(staff: Staff) -> None:
    """Neither the request nor the new amount, not even that the old one ends."""
    change, task = staff.submitted(day=date(2026, 11, 1))
    tasks.answer(staff.work, staff.by["hr"], task.id, "approved", seen=task.digest)
    dev, employment = staff.by["dev"], staff.company.employments["dev"]

    def seen() -> tuple[list[int], list[tuple[date, date, int]]]:
        shown = pay.of_employment(staff.work, dev, employment.id)
        told = [tuple(one) for _title, one in salary.history(staff.work, dev, "dev")]
        assert [(one.agreed.valid_from, one.agreed.valid_to, one.agreed.amount) for one in shown.rows][::-1] == told
        return [one.id for one in shown.changes], told  # type: ignore[return-value]

    assert seen() == ([], [(date(2020, 1, 1), FOREVER, 1_000_000)])
    with pytest.raises((Denied, NotFound)):
        load(staff.work, dev, actions.CHANGE_READ, SalaryChange, change.id)
    for who in ("hr", "dev"):
        with pytest.raises(Denied):
            drafting.tell(staff.work, staff.by[who], change)
    drafting.tell(staff.work, staff.by["head"], change)
    assert seen() == ([change.id], [
        (date(2020, 1, 1), date(2026, 11, 1), 1_000_000), (date(2026, 11, 1), FOREVER, 1_050_000),
    ])
    with pytest.raises(DomainError) as refused:
        drafting.tell(staff.work, staff.by["head"], change)
    assert refused.value.code == "payroll.change_told"
    told = staff.work.scalars(select(EventRow).where(EventRow.name == "payroll.salary_change_told")).all()
    assert len(told) == 1


def test_only_what_is_approved_is_told(staff: Staff) -> None:
    change, _task = staff.submitted()
    with pytest.raises(DomainError) as refused:
        drafting.tell(staff.work, staff.by["head"], change)
    assert refused.value.code == "payroll.change_open"


def test_without_pay_before_the_rise_is_not_known(staff: Staff) -> None:
    """Then an entry that depends on it permits nobody, and the step of the superior asks."""
    row = staff.work.scalars(visible(staff.work, SYSTEM, actions.SALARY_READ, select(Salary).where(
        Salary.employment_id == staff.company.employments["dev"].id))).one()
    staff.work.delete(row)
    staff.work.flush()
    change, task = staff.submitted("head", more=-999_000)
    assert (change.total_before, change.rise) == (0, None)
    assert task.action == "workflow.task:answer"
    told = {str(name): str(value) for name, value in deciding.lines(staff.work, change)}
    assert told["每月约定工资"] == "¥0.00 → ¥10.00"


def test_where_nobody_has_a_post_nothing_is_asked(staff: Staff) -> None:
    assert agreed.decided_month(staff.work, staff.company.employments["dev"].id, date(2026, 1, 1)) is None
    with pytest.raises(NotFound):
        pay.of_employment(staff.work, staff.by["dev"], staff.company.employments["boss"].id)
    with pytest.raises(DomainError):
        pay.employment_for(staff.work, staff.by["head"], "nobody")
