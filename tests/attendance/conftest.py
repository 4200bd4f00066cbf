"""A house with attendance and China's calendar in it, and a small company, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.config import Config
from core.db.session import Database
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.opening import PARTS, installers
from remit.base import FOREVER, Actor
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

MODULES = {"attendance": "attendance.plugin", "country_cn": "plugins.country_cn.plugin"}
SYSTEM = Actor.system("tests")


def make_house(database: Database, folder: Path, modules: dict[str, str] | None = None) -> House:
    """A house on a database of the test."""
    registry, manager = loader.load(PARTS, MODULES if modules is None else modules)
    problems = [module.problem for module in registry.modules.values() if module.state != "loaded"]
    assert not problems, problems[0]
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    house = House(Config(instance=folder), database, registry, Hooks(manager))
    for install in installers("install"):
        install(house)
    return house


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    """The house, with the calendars of the country packs in its database."""
    made = make_house(database, tmp_path)
    with made.session(SYSTEM, write=True) as session:
        sync_calendars(session, made.registry.countries(frozenset(MODULES)).values())
    return made


@pytest.fixture
def work(house: House) -> Iterator[Session]:
    """A writing session of the house in the name of the product; committed when the test ends well."""
    with house.session(SYSTEM, write=True) as session:
        yield session


@dataclass
class Company:
    """Employees by number, all in one unit, and what a test needs to add more."""

    legal_entity_id: int
    unit: Unit
    position: Position
    employments: dict[str, Employment]

    def __getitem__(self, number: str) -> Employment:
        return self.employments[number]


def hire(session: Session, company: Company, number: str, start: date, end: date = FOREVER) -> Employment:
    """One more employee of the unit."""
    person = Person(name=f"员工{number}", sort_key=number, initials=number)
    session.add(person)
    session.flush()
    employment = Employment(number=number, person_id=person.id, hired_on=start, left_on=end)
    session.add(employment)
    session.flush()
    session.add(
        Assignment(employment_id=employment.id, person_id=person.id, position_id=company.position.id,
                   valid_from=start, valid_to=end)
    )  # fmt: skip
    session.add(
        EmploymentTerms(employment_id=employment.id, valid_from=start, valid_to=end,
                        legal_entity_id=company.legal_entity_id, withholding_agent_id=company.unit.id)
    )  # fmt: skip
    company.employments[number] = employment
    return employment


def make_company(session: Session, numbers: Sequence[str], start: date = date(2026, 1, 1)) -> Company:
    """A legal entity with one unit, one position and some employees."""
    entity = LegalEntity(code="LK", name=Translation(zh_CN="灵客科技", en="Lingke"), country="CN", currency="CNY")
    unit, position = Unit(code="RD"), Position(code="DEV")
    session.add_all([entity, unit, position])
    session.flush()
    title = Translation(zh_CN="研发部", en="Development")
    session.add(UnitVersion(unit_id=unit.id, valid_from=date(2020, 1, 1), legal_entity_id=entity.id, title=title))
    session.add(
        PositionVersion(position_id=position.id, unit_id=unit.id, valid_from=date(2020, 1, 1), title=title,
                        headcount=1000)
    )  # fmt: skip
    company = Company(entity.id, unit, position, {})
    for number in numbers:
        hire(session, company, number, start)
    session.flush()
    return company


def attlog(*lines: tuple[int | str, str], end: str = "\r\n") -> bytes:
    """An attlog of (PIN, local time) lines."""
    return "".join(f"{pin:>9}\t{at}\t1\t0\t1\t0{end}" for pin, at in lines).encode()


@pytest.fixture
def at_day(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Fix the business day: `at_day("2026-11-23")`."""
    return lambda day: monkeypatch.setenv("REMIT_DEMO_DATE", day)


@pytest.fixture(autouse=True)
def _november(at_day: Callable[[str], None]) -> None:
    at_day("2026-11-23")


def utc(text: str) -> datetime:
    """An instant of a test, written in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
