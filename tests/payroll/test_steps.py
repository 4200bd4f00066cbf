"""Each step of a run is kept with who took it, when, and under which entry of which version of the list."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy.exc import IntegrityError

from core.access.decision import Denied
from core.authority.document import parse
from core.authority.publish import publish
from core.kernel.house import House
from core.org import tree
from payroll.models import Run, RunStep
from payroll.services import run as runs
from payroll.services.steps import history, standing
from remit.base import Actor, Month
from tests.payroll.conftest import SYSTEM, Company
from tests.payroll.lingke import Visit, run_id
from tests.payroll.test_api import Tokens, program  # noqa: F401

LIST = """
list: LK
version: {version}
effective_from: "{day}"
positions:
  DEV:
    authority:
      C1: {{can: "payroll.run:calculate", in: company, title: {{zh: 核算工资, en: Calculates pay}}}}
      R{version}: {{can: "payroll.run:review", in: company, title: {{zh: 复核工资, en: Reviews pay}}}}
      A1: {{can: "payroll.run:approve", in: company, title: {{zh: 审批工资, en: Approves pay}}}}
      P1: {{can: "payroll.run:pay", in: company, title: {{zh: 付款, en: Pays}}}}
      P2: {{can: "payroll.run:publish", in: company, title: {{zh: 发布, en: Publishes}}}}
      L1: {{can: "payroll.run:lock", in: company, title: {{zh: 锁定, en: Locks}}}}
"""
MORNING = datetime(2026, 6, 15, 1, tzinfo=UTC)
#: Step, who takes it, the state it leads to, the entry.
WAY = (
    ("review", "bo", "reviewed", "DEV.R1"), ("approve", "bo", "approved", "DEV.A1"), ("pay", "anna", "paid", "DEV.P1"),
    ("publish", "anna", "published", "DEV.P2"), ("lock", "bo", "locked", "DEV.L1"),
)  # fmt: skip
Told = tuple[str, str, str | None, int | None, datetime, datetime | None]


def staff(company: Company) -> dict[str, Actor]:
    """Two colleagues on the only post, under version 1 of its list."""
    for number in ("anna", "bo"):
        company.hire(number)
        company.agree(number, 1_000_000)
    tree.renumber(company.session)
    publish(company.session, SYSTEM, parse(LIST.format(version=1, day="2020-01-01")))
    return {
        name: Actor(kind="person", name=name, account_id=place,
                    person_id=company.employments[name].person_id)
        for place, name in enumerate(("anna", "bo"), start=1)
    }  # fmt: skip


def told(company: Company, run: Run) -> list[Told]:
    company.session.expire_all()
    return [
        (step.state, step.name, step.entry, step.list_version, step.at, step.withdrawn_at)
        for step in history(company.session, [run.id])[run.id]
    ]


def test_every_step_has_its_author_its_moment_and_its_entry(company: Company) -> None:
    actors, work = staff(company), company.session
    with time_machine.travel(MORNING, tick=False) as now:
        run = runs.open_run(work, actors["anna"], Month.parse("2026-05"))
        runs.calculate(work, actors["anna"], run)
        expected: list[Told] = [("calculated", "anna", "DEV.C1", 1, MORNING, None)]
        for hours, (word, who, state, entry) in enumerate(WAY, start=1):
            now.move_to(MORNING + timedelta(hours=hours))
            runs.STEPS[word][1](work, actors[who], run)
            expected.append((state, who, entry, 1, MORNING + timedelta(hours=hours), None))
    assert told(company, run) == expected
    people = [step.person_id for step in history(work, [run.id])[run.id]]
    assert people == [actors[who].person_id for who in ("anna", "bo", "bo", "anna", "anna", "bo")]


def test_a_new_calculation_withdraws_what_was_before_and_keeps_it(company: Company) -> None:
    """Under the second version of the list the review rests on another entry."""
    actors, work = staff(company), company.session
    with time_machine.travel(MORNING, tick=False) as now:
        run = runs.open_run(work, actors["anna"], Month.parse("2026-05"))
        runs.calculate(work, actors["anna"], run)
        runs.review(work, actors["bo"], run)
        work.commit()  # decisions are looked at again as the transaction left things
        publish(work, SYSTEM, parse(LIST.format(version=2, day="2026-06-16")))
        later = MORNING + timedelta(days=1)
        now.move_to(later)
        runs.calculate(work, actors["bo"], run)
        runs.review(work, actors["anna"], run)
    assert told(company, run) == [
        ("calculated", "anna", "DEV.C1", 1, MORNING, later), ("reviewed", "bo", "DEV.R1", 1, MORNING, later),
        ("calculated", "bo", "DEV.C1", 2, later, None), ("reviewed", "anna", "DEV.R2", 2, later, None),
    ]  # fmt: skip
    now_in_force = standing(history(work, [run.id])[run.id])
    assert {state: step.name for state, step in now_in_force.items()} == {"calculated": "bo", "reviewed": "anna"}


def test_a_list_keeps_steps_of_one_run_apart(company: Company) -> None:
    """Whoever reviewed a run does not pay it, as long as his review stands."""
    actors, work = staff(company), company.session
    rules = '\nseparation:\n  S1: {same_object: ["payroll.run:review", "payroll.run:pay"]}\n'
    publish(work, SYSTEM, parse(LIST.format(version=2, day="2020-01-02") + rules))
    run = runs.open_run(work, actors["anna"], Month.parse("2026-05"))
    runs.calculate(work, actors["anna"], run)
    runs.review(work, actors["bo"], run)
    runs.approve(work, actors["bo"], run)
    with pytest.raises(Denied) as refused:
        runs.pay(work, actors["bo"], run)
    assert refused.value.decision.code == "SOD_OBJECT"
    assert "LK.S1" in str(refused.value.message)
    assert "你已对该对象办理“复核薪资核算”" in str(refused.value.message)
    work.commit()
    runs.calculate(work, actors["bo"], run)
    runs.review(work, actors["anna"], run)
    runs.approve(work, actors["anna"], run)
    runs.pay(work, actors["bo"], run)
    with pytest.raises(Denied):
        runs.pay(work, actors["anna"], run)


def test_work_of_the_product_itself_rests_on_no_entry(company: Company) -> None:
    company.hire("1")
    company.agree("1", 1_000_000)
    run = company.finish("2026-05", to="paid")
    assert [(state, name, entry, version) for state, name, entry, version, *_when in told(company, run)] == [
        (state, "system", None, None) for state in ("calculated", "reviewed", "approved", "paid")
    ]


def test_the_database_keeps_two_steps_to_one_state_apart(company: Company) -> None:
    company.hire("1")
    run = company.run("2026-05")
    with pytest.raises(IntegrityError), company.session.begin_nested():
        company.session.add(RunStep(run_id=run.id, state="calculated", at=MORNING, name="twice"))


def test_the_page_and_programs_tell_who_did_what_by_what_right(
    visit: Visit, demo_house: House, program: Tokens  # noqa: F811
) -> None:
    """As the story goes: Ma Xin calculates, Wang Fang reviews and publishes, Xu Mei approves, He Lin pays."""
    run = run_id(demo_house, "2026-10")
    answer = program("xumei", "payroll.run:read").get(f"/runs/{run}").json or {}
    steps = answer["steps"]
    people = ["马欣", "王芳", "徐梅", "何琳", "王芳"]
    assert [one["name"] for one in steps] == people
    assert [one["state"] for one in steps] == ["calculated", "reviewed", "approved", "paid", "published"]
    assert steps[2]["entry"] == "FIN-MGR.A2"
    assert all(one["list_version"] and one["at"] and one["withdrawn_at"] is None for one in steps)
    page = visit("maxin").get(f"/payroll/runs/{run}").text
    stepper = page.split('<ol class="hr-flow"', 1)[1].split("</ol>", 1)[0]
    past = page.split("hr-details-body", 1)[1] if "hr-flow" in page else ""
    for one in steps:
        link = f'/authority/entries/{one["entry"]}?version={one["list_version"]}"'
        assert link in stepper
        assert link in past
    assert re.findall("|".join(people), re.sub(r"<[^>]+>", " ", stepper)) == people
