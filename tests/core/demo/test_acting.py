"""The demo company is written by its own people: each act under a name and by an entry of the published lists."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from core.access.calls import require
from core.access.decision import Denied
from core.audit.models import AuditEntry
from core.authority.acting import acting
from core.authority.document import parse
from core.authority.models import AuthorityEntry, PublishedList
from core.base.actor import Actor
from core.db import guard
from core.identity import services as identity
from core.identity.models import Account
from core.kernel.house import House
from core.org import services as org
from core.org.models import Person, Position
from core.web import ports
from core.workflow.processes.models import ProcessVersion
from tests.core.authority.company import SYSTEM, Company

LOOK = [("test", "core_audit")]
#: Who does what in a month of the story, as product.md and the lists tell it: account, action, entry.
MONTH = {
    ("maxin", "attendance.punch:import", "HR-PAY.A1"),
    ("maxin", "attendance.absence:record", "HR-PAY.A4"),
    ("maxin", "attendance.month:close", "HR-PAY.A5"),
    # Leave of the year is granted by who keeps attendance, asked for by everybody and decided by the heads.
    ("maxin", "attendance.balance:import", "HR-PAY.A20"), ("liuyang", "attendance.leave:request", "ALL.E24"),
    ("zhoulei", "attendance.leave:request", "ALL.E24"), ("chenjing", "attendance.leave:approve", "ACQ-HEAD.A6"),
    ("linan", "attendance.leave:request", "ALL.E24"), ("luoyi", "attendance.leave:approve", "CEO.A9"),
    # A trip with an advance and two exhibitions are claimed, decided by amount, and paid by finance and the cashier.
    ("zhoulei", "expense.advance:request", "ALL.E52"), ("linan", "expense.advance:approve", "MKT-DIR.A82"),
    ("zhoulei", "expense.claim:request", "ALL.E50"), ("chenjing", "expense.claim:approve", "ACQ-HEAD.A10"),
    ("tangxue", "expense.claim:request", "ALL.E50"), ("linan", "expense.claim:approve", "MKT-DIR.A80"),
    ("liuyang", "expense.claim:request", "ALL.E50"), ("linan", "expense.budget:edit", "MKT-DIR.A83"),
    ("xumei", "expense.payment:make", "FIN-MGR.A10"), ("helin", "expense.payment:confirm", "FIN-CASH.A5"),
    ("xumei", "expense.rule:edit", "FIN-MGR.A12"),
    # Overtime, a forgotten punch; forms that personnel publishes, and a trip that a process lets the superior decide.
    ("zhoulei", "attendance.overtime:request", "ALL.E40"), ("chenjing", "attendance.overtime:approve", "ACQ-HEAD.A91"),
    ("zhoulei", "attendance.correction:request", "ALL.E42"),
    ("wangfang", "workflow.definition:edit", "HR-DIR.A73"), ("wangfang", "workflow.definition:publish", "HR-DIR.A74"),
    ("zhoulei", "workflow.submission:request", "ALL.E90"), ("liuyang", "workflow.submission:request", "ALL.E90"),
    ("gaofei", "workflow.task:answer", "workflow.form:trip@1/superior"),
    ("maxin", "payroll.run:calculate", "HR-PAY.A11"),
    ("wangfang", "payroll.run:review", "HR-DIR.A10"),
    ("xumei", "payroll.run:approve", "FIN-MGR.A2"),
    ("helin", "payroll.run:pay", "FIN-CASH.A2"),
    ("wangfang", "payroll.run:publish", "HR-DIR.A14"),
    # A rise that personnel decides and the director tells, another that waits.
    ("linan", "payroll.salary_change:request", "MKT-DIR.A95"), ("linan", "payroll.salary_change:tell", "MKT-DIR.A97"),
    ("wangfang", "payroll.salary_change:approve", "HR-DIR.A103"),
    ("chenjing", "payroll.salary_change:request", "ACQ-HEAD.A95"),
    ("maxin", "payroll.run:lock", "HR-PAY.A12"),
    ("wangfang", "authority.list:import", "HR-DIR.A15"),
    ("wangfang", "authority.list:escalate", "HR-DIR.A48"),
    ("chenjing", "letters.letter:issue", "ALL.E8"),
    ("wangfang", "letters.letter:issue", "HR-DIR.A26"),
    ("wangfang", "letters.letter:revoke", "HR-DIR.A28"),
    ("wangfang", "payroll.letter:issue", "HR-DIR.A29"),
    ("wangfang", "person.identity:reveal", "HR-DIR.A5"),
    ("wangfang", "payroll.slip:reveal", "HR-DIR.A12"),
    # Spending before the year's end: the head decides what is within his limit, the director the rest.
    ("chenjing", "crm.budget_transfer:request", "ACQ-HEAD.B6"),
    ("linan", "crm.budget_transfer:approve", "MKT-DIR.B8"),
    ("linan", "crm.campaign:edit", "MKT-DIR.A4"), ("linan", "crm.budget:edit", "MKT-DIR.A5"),
    # Personnel changes: the trainee stays, decided by the general manager; one of marketing asks to join sales.
    ("wangfang", "personnel.change:request", "HR-DIR.A57"), ("luoyi", "personnel.change:approve", "CEO.A11"),
    ("zhoulei", "personnel.change:request", "ALL.E28"),
    ("zhoulei", "crm.spend:request", "ALL.E15"), ("chenjing", "crm.spend:request", "ALL.E15"),
    ("chenjing", "crm.spend:approve", "ACQ-HEAD.A1"), ("linan", "crm.spend:approve", "MKT-DIR.A1"),
    # Leads: the words and the form, the signed standard, the tables, who takes them; the guard; one that is disputed.
    ("chenjing", "crm.channel:edit", "ACQ-HEAD.L1"), ("chenjing", "crm.dispute:speak", "ACQ-HEAD.A64"),
    ("zhoulei", "crm.exposure:edit", "ACQ-ADS.L3"), ("linan", "crm.guard:set", "MKT-DIR.A342"),
    ("linan", "crm.guard:settle", "MKT-DIR.A343"), ("chenjing", "crm.lead:capture", "ACQ-HEAD.L2"),
    ("zhoulei", "crm.lead:capture", "ACQ-ADS.L2"), ("gaofei", "crm.lead:work", "FOL-HEAD.A67"),
    ("gaofei", "crm.rep:edit", "FOL-HEAD.A64"), ("chenjing", "crm.rules:publish", "ACQ-HEAD.A2"),
    ("linan", "crm.standard:draft", "MKT-DIR.A60"), ("linan", "crm.standard:sign_marketing", "MKT-DIR.A61"),
    ("zhangwei", "crm.standard:sign_sales", "SAL-DIR.A61"),
    # Bridges to Tryton and to an agency, whose address is made by whoever sets the house up.
    ("linan", "crm_tryton.connection:edit", "MKT-DIR.L7"), ("linan", "crm_webhook.mapping:edit", "MKT-DIR.L9"),
    ("wangfang", "webhooks.endpoint:manage", "HR-DIR.A37"),
    # Figures, schemes and the bonus of October, which both directors sign.
    ("wangfang", "performance.kpi:edit", "HR-DIR.A401"), ("wangfang", "performance.result:compute", "HR-DIR.A411"),
    ("luoyi", "performance.result:confirm", "CEO.A403"), ("wangfang", "performance.reward:draft", "HR-DIR.A409"),
    ("luoyi", "performance.reward:sign", "CEO.A402"), ("wangfang", "performance.scheme:draft", "HR-DIR.A405"),
    ("luoyi", "performance.scheme:publish", "CEO.A401"), ("wangfang", "performance.score:compute", "HR-DIR.A407"),
    ("wangfang", "performance.value:enter", "HR-DIR.A402"),
    # Goals of the quarter, agreed from above, one taken by another department; what October's scores lead to.
    ("wangfang", "performance.goal:edit", "HR-DIR.G1"), ("linan", "performance.goal:edit", "MKT-DIR.G1"),
    ("luoyi", "performance.goal:agree", "CEO.G2"), ("zhangwei", "performance.goal:align", "SAL-DIR.G3"),
    ("zhoulei", "performance.goal:edit", "ALL.G2"),
    ("luoyi", "performance.outcome:confirm", "CEO.G5"),
    ("wangfang", "performance.outcome:rules", "HR-DIR.G2"),
    ("zhangwei", "performance.goal:edit", "SAL-DIR.G1"),
    ("wuhao", "performance.goal:edit", "CARE-HEAD.G1"),
    ("gaofei", "performance.goal:agree", "FOL-HEAD.G2"),
    ("chenjing", "performance.goal:agree", "ACQ-HEAD.G2"),
    ("chenjing", "performance.goal:edit", "ACQ-HEAD.G1"),
    ("liuyang", "performance.goal:edit", "ALL.G2"),
    ("zhangwei", "performance.goal:agree", "SAL-DIR.G2"),
    ("wangfang", "performance.outcome:propose", "HR-DIR.G3"),
    ("linan", "performance.goal:agree", "MKT-DIR.G2"),
    ("chenjing", "performance.goal:check_in", "ACQ-HEAD.G4"),
    # Reviews: run by personnel, led by the head, signed by the reviewed, one contested. Who wrote for them is not kept.
    ("wangfang", "performance.review_form:edit", "HR-DIR.R2"), ("wangfang", "performance.cycle:run", "HR-DIR.R4"),
    ("wangfang", "performance.review:calibrate", "HR-DIR.R6"), ("chenjing", "performance.review:lead", "ALL.R5"),
    *((who, "performance.review:sign", "ALL.R4") for who in ("linan", "chenjing", "tangxue", "zhoulei")),
    ("linan", "performance.appeal:decide", "MKT-DIR.R5"), ("chenjing", "performance.remark:write", "ALL.R8"),
    ("linan", "performance.remark:write", "ALL.R8"),
}


def test_the_demo_months_cite_the_entries_of_the_story(company: Flask) -> None:
    """Each citation names an entry that stands in a list of that version and speaks of that action."""
    house: House = ports.of(company).house
    with house.session(SYSTEM) as session:
        rows = session.execute(
            guard.mark(
                select(Account.login, AuditEntry.action, AuditEntry.entry, AuditEntry.list_version)
                .join(Account, Account.id == AuditEntry.account_id)
                .where(AuditEntry.actor_kind == "person", AuditEntry.entry.is_not(None)).distinct(),
                LOOK,
            )
        ).all()
        assert {(row.login, row.action, row.entry) for row in rows} == MONTH
        standing = {
            (f"{position or 'ALL'}.{code}", version, action) for position, code, version, action in session.execute(
                select(Position.code, AuthorityEntry.code, PublishedList.version, AuthorityEntry.action)
                .select_from(AuthorityEntry)
                .outerjoin(Position, AuthorityEntry.position_id == Position.id)
                .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
            )
        }
        in_force = {
            f"{name}@{number}": {step["key"] for step in source["steps"]} for name, number, source in session.execute(
                select(ProcessVersion.process, ProcessVersion.number, ProcessVersion.source)
            )
        }
        for row in rows:
            version, _slash, step = row.entry.partition("/")
            assert step in in_force[version] if step else (row.entry, row.list_version, row.action) in standing


@pytest.fixture
def house(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A day of the company of the cases."""
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-03-10")
    return house


def prepared(made: Company) -> tuple[Actor, Actor]:
    """li may change the files of marketing, wang those of her group."""
    from core.authority.publish import publish

    with made.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(
            'list: FIN\nversion: 1\neffective_from: "2026-01-01"\npositions:\n'
            '  MD: {authority: {C1: {can: "person.record:change", in: subtree(MKT), title: T}}}\n'
            '  ACQ-H: {authority: {C1: {can: "person.record:change", in: subtree(ACQ), title: T}}}\n'
        ))
        accounts = [
            identity.create_account(session, SYSTEM, login=who, name=who, password="correct horse battery",
                                    person_id=made.people[who].person_id)
            for who in ("li", "wang")
        ]  # fmt: skip
    return identity.actor_of(accounts[0]), identity.actor_of(accounts[1])


def test_each_signs_his_own_part_of_one_transaction(cases: Company) -> None:
    li, wang = prepared(cases)
    with cases.house.session(SYSTEM, write=True) as session:
        found = session.scalars(
            guard.mark(select(Person).where(Person.id == cases.people["sun"].person_id), [("test", "core_person")])
        ).one()
        for actor, mail in ((li, "one@example.org"), (wang, "two@example.org")):
            with acting(session, actor):
                org.change_person(session, actor, found, email=mail)
        assert session.info["actor"] is SYSTEM
    with cases.house.session(SYSTEM) as session:
        rows = session.execute(
            guard.mark(
                select(AuditEntry.account_id, AuditEntry.entry, AuditEntry.kind)
                .where(AuditEntry.object_type == "core_person", AuditEntry.kind == "update").order_by(AuditEntry.id),
                LOOK,
            )
        ).all()
    assert [tuple(row) for row in rows] == [(li.account_id, "MD.C1", "update"), (wang.account_id, "ACQ-H.C1", "update")]


def test_nobody_acts_beyond_his_entries_nor_inside_a_savepoint(cases: Company) -> None:
    _li, wang = prepared(cases)
    with cases.house.session(SYSTEM, write=True) as session:
        with pytest.raises(Denied), acting(session, wang):
            require(session, wang, "person.record:change", cases.people["zhao"])
        assert session.info["actor"] is SYSTEM, "the product goes on under its own name"
        nested = session.begin_nested()
        with pytest.raises(RuntimeError, match="savepoint"), acting(session, wang):
            pass
        nested.rollback()
