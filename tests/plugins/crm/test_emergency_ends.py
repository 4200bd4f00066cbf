"""A question that went to whoever had opened something for an emergency goes on to the next when that has ended."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from sqlalchemy import select

from core.authority import emergency
from core.authority.document import parse
from core.authority.publish import publish
from core.db.guard import system
from core.org.models import Assignment
from core.workflow import reading, routes
from tests.core.authority.company import SYSTEM
from tests.plugins.crm.conftest import Office

LIST = """
list: ACQ
version: 19
effective_from: "2026-02-01"
positions:
  ACQ-H:
    authority:
      X1: {can: "crm.spend:approve", in: subtree(ACQ), up_to: 50000.00 CNY, break_glass: 4h, title: T}
everybody:
  authority:
    S1: {can: "crm.spend:request", in: self, title: T}
    S2: {can: "crm.spend:read", in: self, power: read, title: T}
    S3: {can: "authority.emergency:open", in: self, title: T}
"""


def test_it_goes_on_when_the_hours_are_over(office: Office, march: time_machine.Traveller) -> None:
    company = office.company
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(LIST))
    wang = company.actor("wang")
    person = company.people["wang"].person_id
    with company.house.session(SYSTEM) as session, system(session, "a test looks"):
        hat = session.scalars(select(Assignment.id).where(
            Assignment.person_id == wang.person_id, Assignment.is_primary)).one()  # fmt: skip
    with company.house.session(wang, write=True) as session:
        emergency.open_up(session, wang, assignment_id=hat, citation="ACQ-H.X1", reason="the director is on a plane")
    task = office.ask(2_000_000)
    assert task.next_person_id == person
    march.shift(timedelta(hours=4))
    assert office.look(lambda session: reading.waiting(session, person)) == []
    routes.refresh(company.house)
    assert office.look(lambda session: session.get_one(type(task), task.id)).next_person_id == \
        company.people["li"].person_id
