"""A small company whose list says who asks for personnel changes, who lets go, who takes and who approves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority.document import parse
from core.authority.publish import publish
from core.base.actor import Actor
from core.db import guard
from core.kernel.house import House
from core.org import services as org
from core.org.models import Assignment, Employment, LegalEntity, Position, Unit
from core.personnel.models import PersonnelChange
from core.personnel.services import drafting
from core.workflow import tasks
from tests.core.org.conftest import database_builder, english, house

__all__ = ["database_builder", "english", "house"]

SYSTEM = Actor.system("tests of personnel changes")
START, TODAY = date(2020, 1, 1), date(2026, 11, 23)
FIRST = date(2026, 12, 1)
LIST = """
list: CO
version: 1
effective_from: "2020-01-01"
positions:
  CEO:
    authority:
      A1: {can: "personnel.change:approve", in: all, title: T}
      A2: {can: "personnel.change:read", in: all, power: read, title: T}
      A3: {can: "personnel.change:release", in: all, title: T}
      A4: {can: "personnel.change:receive", in: all, title: T}
  HR:
    authority:
      A1: {can: "personnel.change:approve", in: all, title: T}
      A2: {can: "personnel.change:request", in: all, title: T}
      A3: {can: "personnel.change:read", in: all, power: read, title: T}
  MD:
    authority:
      A1: {can: "personnel.change:request", in: subtree(MKT), title: T}
      A2: {can: "personnel.change:release", in: subtree(MKT), title: T}
      A3: {can: "personnel.change:receive", in: subtree(MKT), title: T}
      A4: {can: "personnel.change:read", in: subtree(MKT), power: read, title: T}
  SD:
    authority:
      A1: {can: "personnel.change:request", in: subtree(SAL), title: T}
      A2: {can: "personnel.change:release", in: subtree(SAL), title: T}
      A3: {can: "personnel.change:receive", in: subtree(SAL), title: T}
      A4: {can: "personnel.change:read", in: subtree(SAL), power: read, title: T}
"""
OWN = """
list: "-"
version: 2
effective_from: "2020-01-01"
everybody:
  authority:
    E1: {can: "personnel.change:request", in: self, title: T}
    E2: {can: "personnel.change:read", in: self, power: read, title: T}
    E3: {can: "person.record:read", in: all, power: read, title: T}
    E4: {can: "org.chart:read", in: all, power: read, title: T}
"""
UNITS = [("CO", None), ("MKT", "CO"), ("SAL", "CO"), ("SAL-E", "SAL"), ("HRD", "CO")]
#: Code, unit, the one above, how many places, whether it heads the unit.
POSTS = [
    ("CEO", "CO", None, 1, True), ("MD", "MKT", "CEO", 1, True), ("MKT-S", "MKT", "MD", 2, False),
    ("SD", "SAL", "CEO", 1, True), ("SAL-R", "SAL", "SD", 1, False), ("SAL-M", "SAL-E", "SD", 1, False),
    ("HR", "HRD", "CEO", 1, True),
]  # fmt: skip
PEOPLE = [("zhao", "CEO"), ("lin", "MD"), ("zhou", "MKT-S"), ("zhang", "SD"), ("wang", "HR")]
LOOK = [("test", name) for name in (
    "core_personnel_change", "core_assignment", "core_employment", "core_employment_terms", "core_person",
)]  # fmt: skip


@dataclass
class Staff:
    """The company: ``lin`` heads marketing with ``zhou`` in it, ``zhang`` sales, ``wang`` is personnel."""

    house: House
    entity: LegalEntity
    units: dict[str, Unit] = field(default_factory=dict)
    posts: dict[str, Position] = field(default_factory=dict)
    people: dict[str, Employment] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        """Somebody who has signed in."""
        person = self.people[name].person_id
        return Actor("person", name, account_id=100 + person, person_id=person, locale="en")

    def ask(self, who: str, kind: str, **values: Any) -> int:
        """Somebody hands a change in; its number."""
        with self.house.session(self.actor(who), write=True) as session:
            made = drafting.draft(session, self.actor(who), kind, None, values)
            drafting.submit(session, self.actor(who), made)
            return made.id

    def answer(self, name: str, change_id: int, said: Any = "approved") -> None:
        """Somebody decides."""
        self.heads_agree(change_id)
        with self.house.session(self.actor(name), write=True) as session:
            task = self.task(session, change_id)
            tasks.answer(session, self.actor(name), task.id, said, seen=task.digest, comment="because")

    def heads_agree(self, change_id: int) -> None:
        """Whoever is asked to let somebody go and to take him does, where two units are concerned."""
        names = {one.person_id: name for name, one in self.people.items()}
        with self.house.session(SYSTEM) as session:
            run = tasks.run_of(session, "personnel.change", self.change(session, change_id))
            found = tasks.open_tasks(session, run) if run is not None else ()
            asked = [(one.id, one.digest, names[one.next_person_id or 0]) for one in found
                     if one.action != "personnel.change:approve"]  # fmt: skip
        for task_id, seen, name in asked:
            with self.house.session(self.actor(name), write=True) as session:
                tasks.answer(session, self.actor(name), task_id, "approved", seen=seen)

    def task(self, session: Session, change_id: int) -> Any:
        found = tasks.answer_of(session, "personnel.change", self.change(session, change_id))
        assert found is not None
        return found

    def change(self, session: Session, change_id: int) -> PersonnelChange:
        found: PersonnelChange = session.scalars(
            guard.mark(select(PersonnelChange).where(PersonnelChange.id == change_id), LOOK)
        ).one()
        return found

    def state(self, change_id: int) -> str:
        """What became of a change."""
        with self.house.session(SYSTEM) as session:
            return self.change(session, change_id).state

    def posts_of(self, name: str) -> list[tuple[str, str, int, bool, str, str]]:
        """The posts somebody has, had and will have: code, kind, share, primary, from, to."""
        codes = {one.id: code for code, one in self.posts.items()}
        with self.house.session(SYSTEM) as session:
            rows = session.scalars(guard.mark(
                select(Assignment).where(Assignment.employment_id == self.people[name].id)
                .order_by(Assignment.valid_from, Assignment.id), LOOK,
            ))  # fmt: skip
            return [(codes[one.position_id], one.kind, one.fte, one.is_primary, str(one.valid_from),
                     "" if one.valid_to.year == 9999 else str(one.valid_to)) for one in rows]  # fmt: skip


@pytest.fixture
def staff(house: House, monkeypatch: pytest.MonkeyPatch) -> Staff:
    """The company, written, on 23 November 2026."""
    monkeypatch.setenv("REMIT_DEMO_DATE", str(TODAY))
    with house.session(SYSTEM, write=True) as session:
        entity = org.create_legal_entity(session, SYSTEM, code="LK", name={"zh_CN": "灵客", "en": "Lingke"})
        made = Staff(house, entity)
        for code, parent in UNITS:
            made.units[code] = org.create_unit(
                session, SYSTEM, code=code, title={"zh_CN": f"{code}部", "en": f"Unit {code}"}, valid_from=START,
                parent=made.units[parent] if parent else None, legal_entity=None if parent else entity,
                contribution_place=None if parent else "CN-SH",
            )
        for code, unit, above, places, head in POSTS:
            made.posts[code] = org.create_position(
                session, SYSTEM, code=code, unit=made.units[unit], title={"zh_CN": f"岗位{code}", "en": f"Post {code}"},
                valid_from=START, reports_to=made.posts[above] if above else None, headcount=places, is_head=head,
            )
        for number, (name, post) in enumerate(PEOPLE, start=1):
            made.people[name] = org.hire(session, SYSTEM, number=f"LK{number:03d}", name=name, hired_on=START,
                                         position=made.posts[post], grade="P4")
        publish(session, SYSTEM, parse(LIST, source="x.yaml"))
        publish(session, SYSTEM, parse(OWN, source="y.yaml"))
    return made
