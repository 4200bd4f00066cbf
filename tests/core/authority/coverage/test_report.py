"""The report of a real company: who may read it, what it asks of the database, accepting, and the command."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select

from core.access.decision import Denied
from core.authority.coverage import reading, report
from core.authority.coverage.finding import Finding
from core.authority.coverage.models import CoverageAcceptance
from core.authority.coverage.world import HoldRow
from core.authority.document import parse
from core.authority.publish import publish
from core.base.errors import DomainError, NotFound
from core.base.period import FOREVER
from core.base.text import use_locale
from core.cli.root import remit
from core.db.guard import system
from core.identity import services as identity
from core.org import services as org
from core.org.models import Assignment
from remit.testing.statements import counting
from tests.core.authority.company import START, SYSTEM, Company

DAY = date(2026, 3, 10)
READERS = """
list: FIN
version: 1
effective_from: "2025-06-01"
positions:
  CEO:
    authority:
      C1: {can: "authority.coverage:read", in: all, power: read, title: T}
      C2: {can: "authority.coverage:accept", in: all, title: T}
      C3: {can: "authority.list:import", in: all, title: T}
  MD: {authority: {C1: {can: "authority.coverage:read", in: subtree(MKT), power: read, title: T}}}
"""


@pytest.fixture
def cases(company: Company) -> Company:
    """zhao reads and accepts everything, li reads marketing, the others nothing."""
    with company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(READERS))
    return company


def found_by(company: Company, who: str, unit: str | None = None) -> list[Finding]:
    actor = company.actor(who)
    with company.house.session(actor) as session:
        return report.findings(session, actor, DAY, company.units[unit] if unit else None)


def subjects(found: list[Finding], *codes: str) -> list[tuple[str, ...]]:
    return [(one.code, *one.subject) for one in found if one.code in codes]


def test_what_the_company_of_the_cases_leaves_open(cases: Company) -> None:
    """By hand: 1,000,000 is the end; chen is the second on a position of one, wang works 120 %; no unit has a head."""
    found = found_by(cases, "zhao")
    assert subjects(found, "C01", "C03", "C05", "C06", "C11", "C12", "C15") == [
        ("C12", "crm.spend:approve", "ACQ-H.A1", "MD.A2", "CEO.A3", "EA-H.A6"),
        ("C12", "org.staffing:adjust", "MD.A4"),
        ("C15", "person", "2"), ("C15", "person", "4"), ("C15", "post", "ACQ-S"),
        ("C05", "crm.spend:approve", "CO", "CNY", "100000000.."),
    ]
    assert subjects(found, "C16") == [("C16", "headless", unit) for unit in ("ACQ", "CO", "EAST", "MKT")]
    assert {one.owner.code for one in found if one.owner is not None and one.code == "C12"} == {"CEO"}


def test_refused_without_authority(cases: Company) -> None:
    with pytest.raises(Denied):
        found_by(cases, "wang")


def test_a_report_is_read_within_the_scope_of_the_entry(cases: Company) -> None:
    """li is told of his units alone, with the rungs of lists he may read; not of another unit."""
    mine, all_of_it = found_by(cases, "li"), found_by(cases, "zhao")
    units = {cases.units[code].id for code in ("MKT", "ACQ", "BRAND")}
    assert mine
    assert all(one.units <= units for one in mine)
    (gap,) = [one for one in mine if one.code == "C05"]
    assert str(gap.message) == (
        "Nobody can decide “crm.spend:approve” of CNY (1,000,000.00; unlimited) in Unit MKT (MKT) and 2 units below."
    )
    assert gap.key in {one.key for one in all_of_it}
    assert gap.steps == (), "they stand in the list of CO"
    assert gap.owner is None
    with pytest.raises(NotFound):
        found_by(cases, "li", "SALES")


def test_a_report_of_one_unit(cases: Company) -> None:
    found = found_by(cases, "zhao", "SALES")
    assert subjects(found, "C16") == [("C16", "headless", "EAST")]
    (gap,) = [one for one in found if one.code == "C05"]
    assert gap.unit is not None
    assert gap.unit.code == "SALES"
    with cases.house.session(SYSTEM) as session, pytest.raises(NotFound):
        report.findings(session, SYSTEM, date(2020, 1, 1), cases.units["SALES"])


def test_the_number_of_statements_does_not_grow(cases: Company) -> None:
    """Twenty more positions, held and unheld, cost no statement more."""
    def statements() -> int:
        actor = cases.actor("zhao")
        with cases.house.session(actor) as session:
            report.findings(session, actor, DAY)  # the entries of the actor are bound
            with counting(session) as ran:
                report.findings(session, actor, DAY)
        return len(ran)

    before = statements()
    with cases.house.session(SYSTEM, write=True) as session:
        for number in range(20):
            post = org.create_position(
                session, SYSTEM, code=f"P{number}", unit=cases.units["EAST"], valid_from=START,
                title={"zh_CN": "岗", "en": "P"},
            )
            if number % 2:
                org.hire(session, SYSTEM, number=f"N{number}", name="N", position=post, hired_on=START)
    assert statements() == before
    assert before <= 13


# -- accepting -------------------------------------------------------------------------------------------------------


def gap_of(company: Company) -> Finding:
    return next(one for one in found_by(company, "zhao") if one.code == "C05")


def test_a_finding_is_accepted_for_a_time(cases: Company) -> None:
    key, zhao = gap_of(cases).key, cases.actor("zhao")
    until = date(2026, 6, 30)
    for reason in ("until the board meets", "the board decides"):
        with cases.house.session(zhao, write=True) as session:
            report.accept(session, zhao, DAY, key, reason=f" {reason} ", until=until)
    with cases.house.session(zhao) as session:
        assert session.scalar(select(func.count()).select_from(CoverageAcceptance)) == 1
        found = report.findings(session, zhao, DAY)
        (kept,) = [one for one in report.reported(session, found, DAY) if one.accepted is not None]
        assert kept.finding.key == key
        assert kept.accepted is not None
        assert (kept.accepted.reason, kept.accepted.until, kept.accepted.accepted_by) == (
            "the board decides", until, "zhao",
        )
        assert kept.accepted.message.startswith("Nobody can decide")
        last, over = (
            next(one for one in report.reported(session, found, day) if one.finding.key == key)
            for day in (until, until + timedelta(days=1))
        )
        assert last.accepted is not None
        assert (over.accepted, over.lapsed) == (None, until)
    with cases.house.session(zhao, write=True) as session:
        report.reopen(session, zhao, DAY, key)
        with pytest.raises(NotFound):
            report.reopen(session, zhao, DAY, key)


def test_what_is_not_accepted(cases: Company) -> None:
    key, zhao, li = gap_of(cases).key, cases.actor("zhao"), cases.actor("li")
    fine = {"reason": "because", "until": DAY}
    for wrong, field in (
        ({"reason": "  "}, "reason"), ({"until": DAY - timedelta(days=1)}, "until"),
        ({"until": DAY + timedelta(days=367)}, "until"),
    ):
        with cases.house.session(zhao, write=True) as session, pytest.raises(DomainError) as refused:
            report.accept(session, zhao, DAY, key, **{**fine, **wrong})  # type: ignore[arg-type]
        assert refused.value.field == field
    with cases.house.session(zhao, write=True) as session, pytest.raises(NotFound):
        report.accept(session, zhao, DAY, "C05-0", **fine)  # type: ignore[arg-type]
    with cases.house.session(li, write=True) as session:
        for change in (
            lambda: report.accept(session, li, DAY, key, **fine), lambda: report.reopen(session, li, DAY, key),  # type: ignore[arg-type]
        ):
            with pytest.raises(Denied):
                change()
        assert not report.may_accept(session, li, gap_of(cases))


# -- the command -----------------------------------------------------------------------------------------------------


def run(company: Company, *args: str, who: str = "zhao") -> Result:
    config = company.house.config
    config.keys_path.touch()
    (config.instance / "remit.sqlite").touch()
    return CliRunner().invoke(remit, ["authority", "coverage", *args, "--as", who], obj=company.house)


def test_the_command_and_its_exit_codes(cases: Company) -> None:
    with cases.house.session(SYSTEM, write=True) as session:
        for who in ("zhao", "wang"):
            identity.create_account(
                session, SYSTEM, login=who, name=who, password="correct horse 1", locale="en",
                person_id=cases.people[who].person_id,
            )
    plain = run(cases)
    assert plain.exit_code == 0, plain.output
    assert "To know: " in plain.output
    assert "  C05  Nobody can decide “crm.spend:approve” of CNY (1,000,000.00; unlimited)" in plain.output
    assert run(cases, "--fail-on", "C03, c11").exit_code == 0
    failed = run(cases, "--fail-on", "C05,C09", "--unit", "SALES", "--at", "2026-03-10", "--json")
    assert failed.exit_code == 3, failed.output
    told = json.loads(failed.stdout)
    assert told["day"] == "2026-03-10"
    (gap,) = [one for one in told["findings"] if one["code"] == "C05"]
    assert (gap["unit"], gap["currency"], gap["low"], gap["high"]) == ("SALES", "CNY", 100_000_001, None)
    assert [step["entry"] for step in gap["ladder"]] == ["CEO.A3"]

    zhao = cases.actor("zhao")
    with cases.house.session(zhao, write=True) as session:
        report.accept(session, zhao, DAY, gap["key"], reason="the board decides", until=DAY)
    accepted = run(cases, "--fail-on", "C05")
    assert accepted.exit_code == 0, accepted.output
    assert "1 accepted." in accepted.output
    assert run(cases, "--fail-on", "C05", "--at", "2026-03-11").exit_code == 3, "its time is over"
    assert run(cases, "--fail-on", "C99").exit_code == 2
    assert run(cases, "--at", "soon").exit_code == 2
    assert run(cases, "--unit", "NOWHERE").exit_code == 1
    assert run(cases, who="wang").exit_code == 3, "refused by the list"
    assert "Nothing is left open." in run(cases, "--at", "2020-01-01").output


def test_both_languages(cases: Company) -> None:
    with use_locale("zh_CN"):
        gap = gap_of(cases)
        assert str(gap.message) == (
            "在CO部（CO）及 6 个下级部门，“crm.spend:approve”金额 CNY (1,000,000.00; 不限) 无人有权决定。"
        )
        assert str(gap.remedy) == "审批层级到此为止：请为更大的金额指定岗位或决策机构，或接受现状。"


def test_a_post_taken_anew_without_a_break_is_held_since_the_first_day(company: Company) -> None:
    """Time in a post goes on when only its terms change; a post that is not there on the day is nobody's home."""
    with company.house.session(SYSTEM, write=True) as session, system(session, "a test moves somebody"):
        sun = company.people["sun"]
        held = session.scalars(select(Assignment).where(Assignment.person_id == sun.person_id)).one()
        org.end_assignment(session, SYSTEM, held, date(2026, 1, 1))
        org.assign(session, SYSTEM, sun, company.positions["ACQ-S"], kind="substantive", valid_from=date(2026, 1, 1))
        session.flush()
        hold = HoldRow(sun.person_id, company.positions["ACQ-S"].id, "substantive", 100, date(2026, 1, 1), FOREVER)
        assert reading._since(session, [hold]) == {(sun.person_id, hold.position_id): START}
        homes = {row.person_id: row.unit_id for row in reading._employed(session, DAY, {}, [hold])}
        assert homes[sun.person_id] is None
