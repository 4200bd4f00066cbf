"""A house with payroll, attendance and China in it, and small companies, on both databases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.config import Config
from core.db.session import Database
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.opening import PARTS, installers
from payroll.models import Contribution, Run, Salary, Slip
from payroll.services import run as runs
from payroll.services import setup
from remit.base import FOREVER, Actor, Month
from remit.calendar import sync_calendars
from remit.models import (
    Assignment,
    Employment,
    EmploymentTerms,
    LegalEntity,
    Person,
    Position,
    PositionVersion,
    Translation,
    Unit,
    UnitVersion,
)

SYSTEM = Actor.system("tests")
MODULES = {"payroll": "payroll.plugin", "country_cn": "plugins.country_cn.plugin"}


def make_house(database: Database, folder: Path, modules: Mapping[str, str] = MODULES) -> House:
    """A house on a database of the test."""
    registry, manager = loader.load(PARTS, dict(modules))
    problems = [module.problem for module in registry.modules.values() if module.state != "loaded"]
    assert not problems, problems[0]
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    house = House(Config(instance=folder), database, registry, Hooks(manager))
    for install in installers("install"):
        install(house)
    with house.session(SYSTEM, write=True) as session:
        sync_calendars(session, registry.countries(frozenset(modules)).values())
    return house


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    """Payroll and China are on, attendance is not installed."""
    return make_house(database, tmp_path)


@pytest.fixture
def work(house: House) -> Iterator[Session]:
    """A writing session in the name of the product."""
    with house.session(SYSTEM, write=True) as session:
        yield session


@dataclass
class Company:
    """A legal entity with one unit that is its own tax agent, and employments by number."""

    session: Session
    entity: LegalEntity
    unit: Unit
    position: Position
    components: dict[str, int]
    employments: dict[str, Employment] = field(default_factory=dict)

    def hire(
        self, number: str, start: date = date(2020, 1, 1), end: date = FOREVER, *, place: str | None = "CN-SH",
        person: Person | None = None, first_job: bool = False, kind: str = "regular",
    ) -> Employment:
        """One more employee."""
        if person is None:
            person = Person(name=f"员工{number}", sort_key=number, initials=number)
            self.session.add(person)
            self.session.flush()
        made = Employment(
            number=number, person_id=person.id, hired_on=start, left_on=end, first_job_of_year=first_job
        )
        self.session.add(made)
        self.session.flush()
        self.session.add_all([
            EmploymentTerms(employment_id=made.id, valid_from=start, valid_to=end, kind=kind,
                            legal_entity_id=self.entity.id, withholding_agent_id=self.unit.id,
                            contribution_place=place),
            Assignment(employment_id=made.id, person_id=person.id, position_id=self.position.id, valid_from=start,
                       valid_to=end),
        ])  # fmt: skip
        self.session.flush()
        self.employments[number] = made
        return made

    def agree(
        self, number: str, amount: int, start: date = date(2020, 1, 1), end: date = FOREVER, code: str = "base_pay"
    ) -> None:
        """An agreed amount of a component, in fen."""
        one = self.employments[number]
        self.session.add(
            Salary(employment_id=one.id, person_id=one.person_id, component_id=self.components[code], valid_from=start,
                   valid_to=end, amount=amount)
        )  # fmt: skip
        self.session.flush()

    def insure(
        self, number: str, si_base: int, hf_base: int, hf_rate: int = 70_000, *, injury_rate: int | None = None,
        injury_only: bool = False,
    ) -> None:
        """Contribution bases in fen, rates in millionths."""
        one = self.employments[number]
        self.session.add(
            Contribution(employment_id=one.id, person_id=one.person_id, valid_from=date(2020, 1, 1), si_base=si_base,
                         hf_base=hf_base, hf_rate=hf_rate, injury_rate=injury_rate, injury_only=injury_only)
        )  # fmt: skip
        self.session.flush()

    def run(self, month: str) -> Run:
        """Calculate the run of a month."""
        made = runs.open_run(self.session, SYSTEM, Month.parse(month))
        return runs.calculate(self.session, SYSTEM, made)

    def finish(self, month: str, *, to: str = "locked") -> Run:
        """Calculate a run and take it to a state."""
        made = self.run(month)
        for word, (_action, step) in runs.STEPS.items():
            step(self.session, SYSTEM, made)
            if made.state == to or word == to:
                break
        return made

    def slip(self, run: Run, number: str) -> Slip:
        """The slip of an employee."""
        from payroll.services.slip import slips_of

        found = {slip.employment_id: slip for slip in slips_of(self.session, run)}
        return found[self.employments[number].id]


def found(session: Session, *, country: str = "CN") -> Company:
    """A legal entity, one unit, one post with room for everybody."""
    entity = LegalEntity(code="LK", name=Translation(zh_CN="灵客科技", en="Lingke"), country=country, currency="CNY")
    unit, position = Unit(code="LK"), Position(code="DEV")
    session.add_all([entity, unit, position])
    session.flush()
    title = Translation(zh_CN="研发部", en="Development")
    session.add_all([
        UnitVersion(unit_id=unit.id, valid_from=date(2000, 1, 1), legal_entity_id=entity.id, title=title,
                    is_withholding_agent=True, contribution_place="CN-SH"),
        PositionVersion(position_id=position.id, unit_id=unit.id, valid_from=date(2000, 1, 1), title=title,
                        headcount=100_000),
    ])  # fmt: skip
    session.flush()
    setup.ensure_groups(session)
    return Company(session, entity, unit, position, setup.ensure_components(session))


@pytest.fixture
def company(work: Session) -> Company:
    """An empty company."""
    return found(work)


from tests.payroll.lingke import demo, demo_house, visit  # noqa: E402, F401
