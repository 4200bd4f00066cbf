"""A house with core's own parts on both databases, and a small company in it whose list says who may issue letters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from core.authority.document import parse
from core.authority.publish import publish
from core.base.actor import Actor
from core.base.text import use_locale
from core.config import Config
from core.db.session import Database
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.letters import templates
from core.letters.issuing import Request, issue
from core.letters.models import Letter
from core.opening import PARTS, installers
from core.org import services as org
from core.org.models import Employment
from tests.core.org.conftest import database_builder

__all__ = ["database_builder"]

SYSTEM = Actor.system("tests of letters")
HIRED, TODAY = date(2020, 3, 2), date(2026, 11, 23)
LIST = """
list: HRD
version: 1
effective_from: "2020-01-01"
positions:
  HR:
    authority:
      A1: {can: "letters.letter:issue", in: subtree(OPS), title: {zh: 开具证明, en: Issues}}
      A2: {can: "letters.letter:read", in: subtree(OPS), power: read, title: {zh: 查看证明, en: Sees}}
      A3: {can: "letters.letter:revoke", in: subtree(OPS), title: {zh: 撤销证明, en: Revokes}}
      A4: {can: "letters.template:change", in: all, title: {zh: 维护模板, en: Keeps texts}}
      A5: {can: "person.identity:reveal", in: subtree(OPS), power: read, title: {zh: 查看证件, en: Reveals}}
      A6: {can: "person.record:read", in: all, power: read, title: {zh: 查看员工, en: Sees people}}
      A7: {can: "numbers.pattern:change", in: all, title: {zh: 编号, en: Numbers}}
"""
OWN = """
list: "-"
version: 2
effective_from: "2020-01-01"
everybody:
  authority:
    E1: {can: "letters.letter:issue", in: self, title: {zh: 本人证明, en: Own}}
    E2: {can: "letters.letter:read", in: self, power: read, title: {zh: 本人证明, en: Own}}
"""


def house_on(database: Database, folder: Path) -> House:
    """The house on a database."""
    registry, manager = loader.load(PARTS, {})
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    opened = House(Config(instance=folder, job_threads=0), database, registry, Hooks(manager))
    for install in installers("install"):
        install(opened)
    return opened


@dataclass
class Office:
    """The company: ``hr`` issues for ``anna`` in Operations, not for ``zoe`` in Research."""

    house: House
    entity_id: int
    employments: dict[str, Employment]

    def actor(self, name: str) -> Actor:
        """Somebody who has signed in."""
        number = sorted(self.employments).index(name) + 1
        return Actor("person", name.title(), account_id=number, person_id=self.employments[name].person_id)

    def issue(self, who: str, about: str, language: str = "zh_CN", purpose: str = "办理签证", to: str = "") -> Letter:
        """Issue an employment certificate, committed."""
        actor = self.actor(who)
        with self.house.session(actor, write=True) as session:
            kind = templates.kind_of(session, "letters.employment")
            return issue(session, actor, self.employments[about], kind, Request(language, purpose, to))


@pytest.fixture
def house(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """Core alone: no module is installed."""
    monkeypatch.setenv("REMIT_DEMO_DATE", str(TODAY))
    return house_on(database, tmp_path)


@pytest.fixture
def office(house: House) -> Office:
    """The company, written."""
    with house.session(SYSTEM, write=True) as session:
        entity = org.create_legal_entity(
            session, SYSTEM, code="LK", name={"zh_CN": "灵客科技（上海）有限公司", "en": "Lingke Technology"},
            credit_code="91310115MA1K3LK26B",
        )
        units = {
            code: org.create_unit(session, SYSTEM, code=code, title={"zh_CN": zh, "en": en}, valid_from=HIRED,
                                  legal_entity=entity)
            for code, zh, en in (
                ("OPS", "运营部", "Operations"), ("RND", "研发部", "Research"), ("HRD", "人力部", "HR"),
            )
        }
        posts = {
            code: org.create_position(session, SYSTEM, code=code, unit=units[unit], title={"zh_CN": zh, "en": en},
                                      valid_from=HIRED, headcount=9)
            for code, unit, zh, en in (
                ("OP", "OPS", "运营专员", "Operations specialist"), ("RD", "RND", "工程师", "Engineer"),
                ("HR", "HRD", "人事经理", "HR manager"))
        }  # fmt: skip
        made = {}
        for number, (name, post, identity) in {
            "anna": ("单晓雨", "OP", "310101199001011237"), "hr": ("王芳", "HR", None),
            "zoe": ("Zoe Lane", "RD", None),
        }.items():
            made[number] = org.hire(session, SYSTEM, number=number, name=name, position=posts[post], hired_on=HIRED,
                                    identity_kind="resident_id", identity_number=identity)  # fmt: skip
        publish(session, SYSTEM, parse(OWN.replace("version: 2", "version: 1")))
        publish(session, SYSTEM, parse(LIST))
    return Office(house, entity.id, made)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Messages are read in English where a test does not say otherwise."""
    with use_locale("en"):
        yield
