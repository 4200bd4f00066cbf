"""The company of the cases with this module in it, on both databases: zhao leads, li directs marketing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from core.authority.document import parse
from core.authority.publish import publish
from core.base.text import use_locale
from core.config import Config
from core.db import migrate
from core.db.session import Database
from core.kernel import loader
from core.kernel.hooks import Hooks
from core.kernel.house import House
from core.opening import PARTS, installers
from performance.services import figures, schemes, values
from performance.services.spans import span_of
from remit.base import Actor, Period
from remit.testing.schema import SchemaBuilder, from_migrations
from remit.workflow import decide, open_tasks
from tests.core.authority.company import SYSTEM, Company, build

MODULES = {"performance": "performance.plugin", "sample": "plugins.sample.plugin"}
MARCH = span_of("month", date(2026, 3, 1))
FEBRUARY = span_of("month", date(2026, 2, 1))
#: Everything of performance is the director's of personnel, here zhao; li signs and sees what is his.
LIST = """
list: CO
version: 18
effective_from: "2026-01-01"
positions:
  CEO:
    duties: {D1: {text: {zh: 经营目标, en: Goals}, raci: A}}
    authority:
      A1: {can: "performance.kpi:edit", in: all, title: {zh: 定义指标, en: Defines figures}}
      A2: {can: "performance.kpi:read", in: all, power: read, title: {zh: 查看指标, en: Sees figures}}
      A3: {can: "performance.value:enter", in: all, title: {zh: 填报, en: Enters values}}
      A4: {can: "performance.value:read", in: all, power: read, title: {zh: 查看, en: Sees values}}
      A5: {can: "performance.value:import", in: all, title: {zh: 导入, en: Imports values}}
      A6: {can: "performance.scheme:draft", in: all, title: {zh: 起草方案, en: Drafts schemes}}
      A7: {can: "performance.scheme:read", in: all, power: read, title: {zh: 查看方案, en: Sees schemes}}
      A8: {can: "performance.score:compute", in: all, title: {zh: 核算, en: Works out scores}}
      A9: {can: "performance.score:read", in: all, power: read, title: {zh: 查看得分, en: Sees scores}}
      A10: {can: "performance.reward:draft", in: all, title: {zh: 起草协议, en: Drafts agreements}}
      A11: {can: "performance.reward:read", in: all, power: read, title: {zh: 查看协议, en: Sees agreements}}
      A12: {can: "performance.result:compute", in: all, title: {zh: 核算奖励, en: Works out bonuses}}
      A13: {can: "performance.result:read", in: all, power: read, title: {zh: 查看奖励, en: Sees bonuses}}
      A14: {can: "performance.amount:read", in: all, power: read, title: {zh: 查看分配, en: Sees amounts}}
      G1: {can: "performance.goal:edit", in: all, title: {zh: 设定目标, en: Sets goals}}
      G2: {can: "performance.outcome:rules", in: all, title: {zh: 维护规则, en: Keeps rules}}
      G3: {can: "performance.outcome:propose", in: all, title: {zh: 提出建议, en: Proposes outcomes}}
      G4: {can: "performance.outcome:read", in: all, power: read, title: {zh: 查看建议, en: Sees outcomes}}
      G5: {can: "performance.fairness:read", in: all, power: read, title: {zh: 查看公平性, en: Sees fairness}}
  MD:
    authority:
      G1: {can: "performance.goal:edit", in: subtree(MKT), title: {zh: 设定目标, en: Sets goals}}
      G2: {can: "performance.goal:agree", in: all, title: {zh: 确认目标, en: Agrees to goals}}
      G3: {can: "performance.goal:align", in: subtree(MKT), title: {zh: 确认对齐, en: Takes goals}}
      G4: {can: "performance.goal:check_in", in: all, title: {zh: 更新进展, en: Checks in}}
      G5: {can: "performance.outcome:confirm", in: all, title: {zh: 确认建议, en: Confirms outcomes}}
      B1: {can: "performance.scheme:publish", in: all, title: {zh: 签发方案, en: Signs schemes}}
      B2: {can: "performance.reward:sign", in: all, title: {zh: 签发协议, en: Signs agreements}}
      B3: {can: "performance.result:confirm", in: all, up_to: 50000.00 CNY, title: {zh: 确认奖励, en: Confirms bonuses}}
      B4: {can: "performance.score:read", in: subtree(MKT), power: read, title: {zh: 查看得分, en: Sees scores}}
      B5: {can: "performance.result:read", in: all, power: read, title: {zh: 查看奖励, en: Sees bonuses}}
      B6: {can: "performance.reward:read", in: all, power: read, title: {zh: 查看协议, en: Sees agreements}}
      B7: {can: "performance.scheme:read", in: all, power: read, title: {zh: 查看方案, en: Sees schemes}}
everybody:
  authority:
    G1: {can: "performance.goal:read", in: all, power: read, title: {zh: 查看目标, en: Sees goals}}
    E1: {can: "authority.list:read", in: all, power: read, title: {zh: 查看清单, en: Reads lists}}
    E2: {can: "performance.score:read", in: self, power: read, title: {zh: 查看本人得分, en: Sees his scores}}
    E3: {can: "performance.amount:read", in: self, power: read, title: {zh: 查看本人奖励, en: Sees his bonus}}
"""


@pytest.fixture(scope="session")
def database_builder() -> SchemaBuilder:
    """The tables of core, of this module and of the sample, by their migrations."""
    parts = [migrate.Part(name, loader.migrations_of(path.rpartition(".")[0])) for name, path in MODULES.items()]
    return from_migrations([migrate.core_part(), *parts])


@pytest.fixture(autouse=True)
def march(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    """It is noon of 22 March 2026 in Shanghai; messages are read in English."""
    monkeypatch.delenv("REMIT_DEMO_DATE", raising=False)
    with use_locale("en"), time_machine.travel(datetime(2026, 3, 22, 4, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    """Core, this module and the sample, as in a real installation."""
    registry, manager = loader.load(PARTS, MODULES)
    assert [module.problem for module in registry.modules.values() if module.state != "loaded"] == []
    database.guard.protect(resource.model for resource in registry.resource_types.values())
    made = House(Config(instance=tmp_path, job_threads=0), database, registry, Hooks(manager))
    for install in installers("install"):
        install(made)
    return made


@dataclass
class Office:
    """Defining, entering, drafting and signing, each in a transaction of its own."""

    company: Company

    @property
    def zhao(self) -> Actor:
        """Whoever may define and work out."""
        return self.company.actor("zhao")

    def unit(self, code: str) -> int:
        """The id of a unit."""
        return self.company.units[code].id

    def kpi(
        self, code: str, *, unit: str = "count", grain: str = "unit", since: date | None = None, **more: Any
    ) -> int:
        """A figure is defined; its id."""
        told: dict[str, Any] = {
            "code": code, "legal_entity_id": self.company.entity.id, "valid_from": since or date(2026, 1, 1),
            "title": {"zh_CN": code, "en": code}, "unit": unit, "grain": grain, "direction": "up", "period": "month",
            "formula": "", "target": None, "floor": 0, "cap": 1_200_000, "curve": [], "quality": "checked", "duty": "",
            **more,
        }  # fmt: skip
        with self.company.house.session(self.zhao, write=True) as session:
            known = figures.by_code(session).get(code)
            return figures.save(session, self.zhao, known, told).id

    def value(self, kpi: int, value: int, *, unit: str | None = None, day: date = MARCH.start, **more: Any) -> None:
        """Somebody enters what a figure was."""
        told = {"day": day, "value": value, "evidence": "a table", **more}
        if unit is not None:
            told["unit_id"] = self.unit(unit)
        with self.company.house.session(self.zhao, write=True) as session:
            found = next(one for one in figures.by_code(session).values() if one.id == kpi)
            values.enter(session, self.zhao, found, told)

    def scheme(self, code: str, items: list[dict[str, Any]], *, sign: bool = True, **about: Any) -> int:
        """A scheme is drafted, handed in by zhao and signed by li; its id."""
        told = {"code": code, "title": {"zh_CN": code, "en": code}, "valid_from": date(2026, 1, 1), "items": items,
                **about}  # fmt: skip
        with self.company.house.session(self.zhao, write=True) as session:
            made = schemes.draft(session, self.zhao, None, told)
            run = schemes.submit(session, self.zhao, made)
            task = open_tasks(session, run)[0]
        if sign:
            self.sign(task)
        return made.id

    def sign(self, task: Any) -> None:
        """Li signs."""
        li = self.company.actor("li")
        with self.company.house.session(li, write=True) as session:
            decide(session, li, task.id, "approved", seen=task.digest, comment="yes")


@pytest.fixture
def office(house: House) -> Office:
    """The company with its lists."""
    with house.session(SYSTEM, write=True) as session:
        made = build(house, session)
        publish(session, SYSTEM, parse(LIST, source="cases.yaml"))
    return Office(made)


def percent(*weights: tuple[int, int]) -> list[dict[str, Any]]:
    """Items of a scheme from figure and weight in percent."""
    return [{"kpi_id": kpi, "weight": 10_000 * weight} for kpi, weight in weights]


__all__ = ["FEBRUARY", "MARCH", "Office", "Period", "percent"]
