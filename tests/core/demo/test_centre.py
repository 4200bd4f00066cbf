"""The public institution of the second demo: its figures are those of product.md, its lists are its own, and everybody
finds his pages.
"""

# ruff: noqa: E501  Chinese counts double

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from core.audit.models import AuditEntry
from core.authority.coverage import report
from core.authority.drafting import draft_of
from core.authority.models import Duty, PublishedList
from core.authority.starters import starter, to_change
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import use_locale
from core.cli.root import remit
from core.db import guard
from core.demo import build
from core.demo.centre import CENTRE
from core.identity.models import Account
from core.kernel.house import House
from core.org import services as org
from core.org.models import Assignment, Position, Unit
from core.org.quotas import CATEGORIES
from core.org.services import staffing
from core.web import ports
from tests.demo_company import living_in, told_in
from tests.visitor import sign_in

SYSTEM = Actor.system("a look at the institution")
TODAY = date(2026, 11, 23)
#: What product.md says: 编制 40, 实有 37, 编外 6.
APPROVED, FILLED, OUTSIDE = 40, 37, 6


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the institution on SQLite, with every module."""
    return told_in(Path(tmp_path_factory.mktemp("centre")), CENTRE)


@pytest.fixture(scope="module")
def centre(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The institution as an app, on its day."""
    with living_in(built, Path(tmp_path_factory.mktemp("media")), CENTRE) as app:
        yield app


def house_of(app: Flask) -> House:
    return ports.of(app).house


def figures(house: House) -> dict[tuple[str, str, int, int], tuple[int, int, int]]:
    """(allowed, planned, held) by unit, category and range of grades."""
    with house.session(SYSTEM) as session:
        codes = {one: code for one, code in session.execute(select(Unit.id, Unit.code))}
        return {
            (codes[one.quota.unit_id], one.quota.category, one.quota.first, one.quota.last):
            (one.allowed, one.planned, one.held) for one in staffing.uses_on(session, TODAY)
        }


def hold(found: dict[tuple[str, str, int, int], tuple[int, int, int]]) -> None:
    """The figures of the story, and that those of categories and units add up to them."""
    assert found["RM", "all", 0, 0] == (APPROVED, APPROVED, FILLED)
    assert found["RM", "outside", 0, 0] == (OUTSIDE, OUTSIDE, OUTSIDE)
    inner = [found["RM", category, 0, 0] for category in CATEGORIES if category not in ("all", "outside")]
    assert tuple(map(sum, zip(*inner, strict=True))) == (APPROVED, APPROVED, FILLED)
    units = [use for (unit, _category, *_grades), use in found.items() if unit != "RM"]
    assert len(units) == 8
    # A director and two deputies stand in no unit below.
    assert tuple(map(sum, zip(*units, strict=True))) == (APPROVED - 3, APPROVED - 3, FILLED - 3)


def test_the_figures_are_those_of_the_story(centre: Flask) -> None:
    hold(figures(house_of(centre)))
    with house_of(centre).session(SYSTEM) as session:
        kinds = session.execute(guard.mark(
            select(Assignment.person_id, Assignment.kind), [("test", "core_assignment")]
        )).all()
    assert len({person for person, kind in kinds if kind == "substantive"}) == FILLED + OUTSIDE
    assert [kind for _person, kind in kinds].count("acting") == 1, "who acts takes no place"


def test_it_stands_on_either_database(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without modules, too: what they would be asked about is left out of the list that comes from the template."""
    monkeypatch.setenv("REMIT_DEMO_DATE", str(CENTRE.today))
    build.build(house, lambda *_: None, CENTRE)
    hold(figures(house))
    with pytest.raises(DomainError, match="There is a company in this installation already"):
        build.build(house, lambda *_: None)
    with house.session(SYSTEM) as session:
        assert build.told_in(session) is CENTRE


def test_the_report_tells_the_planted_fault(centre: Flask) -> None:
    """Nothing is serious. One post of the middle grades is more than the plan approves; nobody holds it, and the
    national ratios, by which it would be many more, are not asked.
    """
    with house_of(centre).session(SYSTEM) as session, use_locale("zh_CN"):
        found = report.findings(session, SYSTEM, TODAY)
        of_plan = [str(one.message) for one in found if one.code == "C15"]
        assert of_plan == [
            "市融媒体服务中心（RM）的编制方案核定“专业技术岗位八级至十级”11 个（市人社岗核〔2023〕57号），已设 12 个："
            "会计（FIN-ACC）1 个、市场策划（MKT-PLN）1 个、新媒体编辑（NEW-EDT）3 个、新媒体部主任（NEW-HEAD）1 个、编辑（NEWS-EDT）4 个、"
            "工程师（TECH-ENG）2 个。"
        ]
        assert {one.severity for one in found} == {"medium", "low"}
        assert {one.code for one in found} == {"C05", "C07", "C08", "C15"}


def test_its_list_is_the_template_with_documents_of_its_own(centre: Flask) -> None:
    """Every duty of the template is there under the centre's codes, no basis is left to be written, and the head of
    marketing has the duties of the story.
    """
    with house_of(centre).session(SYSTEM) as session:
        whole = session.scalars(
            select(PublishedList).join(Unit, Unit.id == PublishedList.unit_id).where(Unit.code == "RM")
        ).one()
        draft = draft_of(session, whole)
        assert to_change(draft) == []
        template = {str(row.text) for row in starter("institution").draft.duties}
        assert template
        assert template <= {str(row.text) for row in draft.duties}
        assert {entry.basis for entry in draft.entries if entry.action == "crm.spend:approve"} == {
            "《经费审批办法》（融媒〔2024〕6号）"
        }
        told: list[Any] = list(session.scalars(
            select(Duty.text).join(Position, Position.id == Duty.position_id).where(Position.code == "MKT-HEAD")
            .order_by(Duty.code)
        ))
    assert [text["zh_CN"][:8] for text in told] == ["制定市场推广计划", "审核推广预算，按", "协调采编、新媒体"]


def test_the_plan_was_imported_by_personnel(centre: Flask) -> None:
    """As in real life: under a name, by an entry of the published list."""
    with house_of(centre).session(SYSTEM) as session:
        rows = session.execute(guard.mark(
            select(Account.login, AuditEntry.action, AuditEntry.entry)
            .join(Account, Account.id == AuditEntry.account_id)
            .where(AuditEntry.object_type == "core_position_quota_version").distinct(), [("test", "core_audit")],
        )).all()
    assert [tuple(row) for row in rows] == [("xuhong", "org.unit:import", "HR-HEAD.A3")]


def test_the_accounts_are_those_of_the_story_that_was_built(centre: Flask) -> None:
    folder = str(house_of(centre).config.instance)
    told = CliRunner().invoke(remit, ["demo", "accounts", "--json"], env={"REMIT_INSTANCE": folder})
    assert told.exit_code == 0, told.output
    found = {row["user"]: row for row in json.loads(told.stdout)}
    assert len(found) == len(CENTRE.accounts)
    assert (found["hexiaolan"]["name"], found["hexiaolan"]["position"]) == ("何晓岚", "市场部主任")


@pytest.mark.parametrize(("post", "told"), [
    ("MKT-OUT", "“Posts outside the plan” (市编外用工备案〔2023〕9号), and 7 people"),
    ("MKT-HEAD", "“Management posts, grade 7” (市人社岗核〔2023〕57号), and 7 people"),
])  # fmt: skip
def test_nobody_is_appointed_beyond_the_plan(centre: Flask, post: str, told: str) -> None:
    """A seventh outside it and a seventh head are refused; a place that is free is not."""
    with house_of(centre).session(SYSTEM, write=True) as session, use_locale("en"):
        position = org.position_by_code(session, post)
        nested = session.begin_nested()
        with pytest.raises(DomainError) as refused:
            org.hire(session, SYSTEM, number="X1", name="新人", position=position, hired_on=TODAY)
        assert told in str(refused.value)
        nested.rollback()
        free = org.hire(session, SYSTEM, number="X2", name="新人", hired_on=TODAY,
                        position=org.position_by_code(session, "NEWS-REP"))
        assert free.id
        session.rollback()


#: Pages that everybody has, those of one who keeps lists and posts, and the others that the first two are asked for.
MAIN = ("/", "/org", "/org/quotas", "/authority/mine")
OTHERS = ("/org?view=reports", "/org?view=edges", "/people", "/authority/", "/authority/browse?unit=MKT",
          "/authority/matters", "/authority/away/", "/tasks/", "/letters/mine", "/payroll/payslips", "/attendance/mine",
          "/documents/mine")
KEEPER = ("/authority/coverage", "/imports/new/quotas", "/authority/templates")


def test_everybody_finds_his_pages(centre: Flask) -> None:
    """The own list names the post by which the account is told, and the plan is read by everybody."""
    for account in CENTRE.accounts:
        visitor = sign_in(centre, account.login, account.password)
        more = (*OTHERS, *KEEPER) if account.login == CENTRE.keeper else OTHERS if account.login == "hexiaolan" else ()
        pages = {path: visitor.get(path) for path in (*MAIN, *more)}
        assert {path: page.status_code for path, page in pages.items()} == dict.fromkeys(pages, 200)
        post = account.role_zh.partition("：")[0].partition("（")[0].partition("，")[0]
        assert post in pages["/authority/mine"].text, account.login
        plan = pages["/org/quotas"].text
        for words in ("编制内岗位", "专业技术岗位八级至十级", "超设 1 个", "市编外用工备案〔2023〕9号", "超出不予聘用"):
            assert words in plan
