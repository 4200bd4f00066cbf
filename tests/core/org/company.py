"""A small company made through the services, for the tests of the organisation."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from sqlalchemy.orm import Session

from core.base.actor import Actor
from core.db import guard
from core.db.types import Translation
from core.org import services as org
from core.org.models import LegalEntity, Position, Unit

SYSTEM = Actor.system("a company for tests")
START = date(2025, 1, 1)
TABLES = ("core_person", "core_employment", "core_employment_terms", "core_assignment")
S = TypeVar("S")


def seen(statement: S) -> S:
    """A statement by which a test looks at guarded tables."""
    return guard.mark(statement, [("test", table) for table in TABLES])


@dataclass
class Company:
    """What the tests refer to by code."""

    entity: LegalEntity
    units: dict[str, Unit] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)


def build(session: Session, actor: Actor = SYSTEM) -> Company:
    """Lingke with marketing (acquisition below it), sales, and a branch that files its own tax."""
    entity = org.create_legal_entity(
        session, actor, code="LK", name={"zh_CN": "灵客科技", "en": "Lingke"}, country="CN"
    )
    made = Company(entity)

    def unit(code: str, title: str, parent: str | None, **values: object) -> None:
        made.units[code] = org.create_unit(
            session, actor, code=code, title={"zh_CN": title, "en": code.title()}, valid_from=START,
            parent=made.units[parent] if parent else None, legal_entity=entity if parent is None else None,
            **values,  # type: ignore[arg-type]
        )

    unit("CO", "灵客科技", None, kind="company", is_withholding_agent=True, contribution_place="CN-SH")
    unit("MKT", "市场部", "CO")
    unit("ACQ", "线索获取组", "MKT", kind="group")
    unit("SAL", "销售部", "CO")
    unit("BJ", "北京分公司", "CO", kind="branch", is_withholding_agent=True, contribution_place="CN-BJ")
    unit("BJS", "北京销售组", "BJ", kind="group")

    def position(code: str, home: str, title: str, above: str | None, **values: object) -> None:
        made.positions[code] = org.create_position(
            session, actor, code=code, unit=made.units[home], title=Translation(zh_CN=title, en=code),
            valid_from=START, reports_to=made.positions[above] if above else None, **values,  # type: ignore[arg-type]
        )

    position("CEO", "CO", "总经理", None, is_head=True)
    position("MKT-D", "MKT", "市场总监", "CEO", is_head=True)
    position("ACQ-H", "ACQ", "线索获取组组长", "MKT-D", is_head=True)
    position("ADS", "ACQ", "投放专员", "ACQ-H", headcount=2)
    position("SAL-D", "SAL", "销售总监", "CEO", is_head=True)
    position("BJ-R", "BJS", "销售代表", "SAL-D", headcount=5)
    return made
