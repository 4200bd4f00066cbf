"""Seventeen sales people of Adventure Works: their quotas as targets, their sales as values, attainment in fractions.

AdventureWorks (Microsoft; MIT). The tables know the sales of the last year and of this one, and quotas by quarter up to
the first of 2025; so the last year is 2024 and this one 2025. The quota of a year is the sum of its quarters. Beside it
everybody is measured by the standing quota of `SalesPerson`, which three managers do not have: two are given no target,
one the target zero. A territory has the sales of the last year as its target of this one.

Numbers have four decimals in the tables and two in the product; expected values are fractions of the rounded ones.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from performance.services import figures, schemes, scores
from performance.services.spans import span_of
from performance.services.writing import Known, items
from remit.models import Employment, LegalEntity, Unit
from remit.services import system
from remit.workflow import decide, open_tasks
from tests.data_sets.at_work import AtWork, write_csv
from tests.data_sets.installation import Installation

pytestmark = pytest.mark.data

WHOLE, CAP = 1_000_000, 1_200_000
SCORED, NO_TARGET = 0, 2
LAST, THIS = 2024, 2025
#: Who has no standing quota: the first is told a target of zero, the others none.
ZERO = "274"
#: Sees the sales people to their quotas; no sales person himself, so he signs.
HEAD = "273"
#: From when everybody of the company is looked at; the tables of sales begin in May of that year.
START = date(2022, 1, 1)
HEADING = ("code", "day", "unit", "number", "value", "evidence")
LIST = """
list: sales
version: 1
effective_from: "2022-01-01"
positions:
  head:
    authority:
      S1: {can: "performance.scheme:publish", in: all, title: {zh: 签发方案, en: Signs schemes}}
"""


@dataclass
class Tables:
    """The tables as they are: rows of text, by their first column where there is one row of each."""

    people: dict[str, list[str]]
    employees: dict[str, list[str]]
    quotas: list[list[str]]
    territories: dict[str, list[str]]
    history: list[list[str]]

    def quota(self, number: str, year: int) -> str:
        """What the quotas of somebody add up to in a year; empty where there is none."""
        found = [Decimal(row[2]) for row in self.quotas if row[0] == number and row[1].startswith(str(year))]
        return str(sum(found)) if found else ""

    def standing(self, number: str) -> str:
        """The quota that stands, zero for one of those who have none."""
        return self.people[number][2] or ("0" if number == ZERO else "")

    def sales(self, number: str, year: int) -> str:
        """What somebody sold."""
        return self.people[number][5 if year == THIS else 6]

    def posts(self, number: str) -> Iterator[tuple[str, date, date | None]]:
        """Where somebody sells, from when and until before when: at the head office where no territory is told."""
        told = sorted((day(row[2]), day(row[3]) + timedelta(days=1) if row[3] else None, row[1])
                      for row in self.history if row[0] == number)  # fmt: skip
        since: date | None = START
        for first, end, territory in told:
            if since is not None and since < first:
                yield "sales", since, first
            yield f"t{territory}", first, end
            since = end
        if since is not None:
            yield "sales", since, None


def day(told: str) -> date:
    return date.fromisoformat(told[:10])


def cents(told: str) -> str:
    """A number of four decimals with two."""
    return str(Decimal(told).quantize(Decimal("0.01"), ROUND_HALF_UP))


@pytest.fixture(scope="module")
def tables(adventure_works: Path) -> Tables:
    """The five tables, and the employees for the head of sales."""

    def rows(name: str) -> list[list[str]]:
        with gzip.open(adventure_works / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
            return list(csv.reader(file, delimiter="\t"))

    def keyed(name: str) -> dict[str, list[str]]:
        return {row[0]: row for row in rows(name)}

    found = Tables(keyed("SalesPerson"), keyed("Employee"), rows("SalesPersonQuotaHistory"), keyed("SalesTerritory"),
                   rows("SalesTerritoryHistory"))  # fmt: skip
    assert (len(found.people), len(found.quotas), len(found.territories), len(found.history)) == (17, 163, 10, 17)
    return found


@pytest.fixture(scope="module")
def files(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that are imported: units, positions, people, and values of figures."""
    out = tmp_path_factory.mktemp("sales")
    write_csv(out / "units.csv", ("code", "title", "parent", "kind", "legal_entity", "contribution_place"), [
        ("aw", "Adventure Works", "", "company", "Adventure Works", "CN-SH"), ("sales", "Sales", "aw", "department"),
        *((f"t{number}", row[1], "sales", "department") for number, row in tables.territories.items()),
    ])  # fmt: skip
    write_csv(out / "positions.csv", ("code", "title", "unit", "reports_to", "is_head", "headcount"), [
        ("head", "Vice President of Sales", "sales", "", "yes", 1),
        *((f"rep-{unit}", "Sales Representative", unit, "head", "no", 17)
          for unit in ("sales", *(f"t{number}" for number in tables.territories))),
    ])  # fmt: skip
    people: list[tuple[object, ...]] = [(HEAD, name(tables, HEAD), "sales", "head", START, START, "")]
    for number in tables.people:
        people += [(number, name(tables, number), unit, f"rep-{unit}", START, first, end or "")
                   for unit, first, end in tables.posts(number)]  # fmt: skip
    write_csv(out / "people.csv", ("number", "name", "unit", "position", "hired_on", "valid_from", "valid_to"), people)
    (out / "list.yaml").write_text(LIST, encoding="utf-8")
    write_csv(out / "values.csv", HEADING, values(tables, rounded=True))
    write_csv(out / "raw.csv", HEADING, values(tables, rounded=False))
    return out


def name(tables: Tables, number: str) -> str:
    """What somebody signs in as; the tables of these people have no names."""
    return tables.employees[number][2].rpartition("\\")[2]


def values(tables: Tables, *, rounded: bool) -> Iterator[tuple[str, ...]]:
    """What everybody and each territory sold, a row for each figure and year."""
    told = cents if rounded else str
    for number in tables.people:
        for year in (LAST, THIS):
            yield "sales", f"{year}-06-30", "", number, told(tables.sales(number, year)), "SalesPerson"
        yield "standing", f"{THIS}-06-30", "", number, told(tables.sales(number, THIS)), "SalesPerson"
    for number, row in tables.territories.items():
        yield "territory", f"{THIS}-06-30", f"t{number}", "", told(row[4]), "SalesTerritory"


@pytest.fixture(scope="module")
def company(installation: Installation, at_work: AtWork, files: Path) -> Any:
    """The people at work, the figures defined, their values imported; the reports of both imports of the values."""
    for kind in ("units", "positions", "people"):
        code, report = installation.run(kind, "import", kind, str(files / f"{kind}.csv"))
        assert code == 0, report
    for words in (
        ("user", "create", "brian", "--name", "Brian", "--employee", HEAD, "--password", "a long one for tests 7"),
        ("authority", "import", str(files / "list.yaml")),
    ):
        code, report = installation.run(words[0], *words)
        assert code == 0, report
    with at_work.writing() as (session, actor):
        entity = session.scalars(select(LegalEntity.id)).one()
        for figure, grain in (("sales", "person"), ("standing", "person"), ("territory", "unit")):
            title = {"en": figure, "zh_CN": figure}
            figures.save(session, actor, None, {
                "code": figure, "legal_entity_id": entity, "valid_from": START, "title": title,
                "unit": "money", "grain": grain, "direction": "up", "period": "year", "formula": "", "target": None,
                "floor": 0, "cap": CAP, "curve": [], "quality": "checked", "duty": "",
            })  # fmt: skip
    return [installation.run(f"values, {which}", "import", "kpi-values", str(files / "values.csv"))
            for which in ("first", "second")]  # fmt: skip


def agree(at_work: AtWork, code: str, year: int, lines: str, **about: int) -> None:
    """A scheme is drafted as the form reads it, handed in, and signed by the head of sales."""
    first = date(year, 1, 1)
    with at_work.writing() as (session, actor):
        made = schemes.draft(session, actor, None, {
            "code": code, "title": {"en": code, "zh_CN": code}, "valid_from": first,
            "items": items(lines, Known(session, first)), **about,
        })  # fmt: skip
        task = open_tasks(session, schemes.submit(session, actor, made))[0]
    with at_work.writing("brian") as (session, actor):
        decide(session, actor, task.id, "approved", seen=task.digest, comment="agreed")


@pytest.fixture(scope="module")
def scored(company: object, at_work: AtWork, tables: Tables) -> None:
    """Everybody's scheme of each year and one for each territory, signed; the scores of both Decembers."""
    with at_work.writing() as (session, _actor), system(session, "whom a scheme is for"):
        people = {number: person for number, person in session.execute(select(Employment.number, Employment.person_id))}
        units = {code: unit for code, unit in session.execute(select(Unit.code, Unit.id))}
    for number in tables.people:
        agree(at_work, f"quota-{number}", LAST, f"sales 100% {tables.quota(number, LAST)}", person_id=people[number])
        agree(at_work, f"quota-{number}", THIS, f"sales 60% {tables.quota(number, THIS)}\n"
              f"standing 40% {tables.standing(number)}", person_id=people[number])  # fmt: skip
    for number, row in tables.territories.items():
        agree(at_work, f"territory-{number}", THIS, f"territory 100% {cents(row[5])}", unit_id=units[f"t{number}"])
    for year in (LAST, THIS):
        with at_work.writing() as (session, actor):
            count = scores.compute(session, actor, span_of("month", date(year, 12, 1)))
        assert count == len(tables.people) + (len(tables.territories) if year == THIS else 0)


def half_up(exact: Fraction) -> int:
    return (2 * exact + 1).__floor__() // 2


def attained(actual: str, target: str) -> tuple[int, int]:
    """Attainment in millionths and why it cannot be told; nothing where there is no target."""
    told = Fraction(target or 0)
    return (half_up(Fraction(cents(actual)) / told * WHOLE), SCORED) if told else (0, NO_TARGET)


def points(lines: list[tuple[int, int, int]]) -> int:
    """Hundredths of a point from weight (percent), attainment and problem of each line; at most 120 % count."""
    return half_up(sum((Fraction(weight, 100) * min(reached, CAP) * 10_000 / WHOLE for weight, reached, problem in lines
                        if problem == SCORED), Fraction(0)))  # fmt: skip


def test_values_with_four_decimals_are_refused_by_row(
    company: Any, installation: Installation, files: Path, tables: Tables
) -> None:
    wrong = [row for row, one in enumerate(values(tables, rounded=False), start=2) if Decimal(one[4]) % Decimal("0.01")]
    code, answer = installation.run("values, raw", "import", "kpi-values", str(files / "raw.csv"))
    assert (code, [one["row"] for one in answer["problems"]]) == (4, wrong)
    assert 0 < len(wrong) < 61, "sales of nothing have no decimals that count"


@pytest.mark.usefixtures("tell")
def test_every_value_is_told_once(company: Any, installation: Installation, tables: Tables) -> None:
    (code, first), (_code, second) = company
    told = list(values(tables, rounded=True))
    assert (code, first["counts"]["new"], second["state"], second["counts"]["unchanged"]) == (0, 61, "unchanged", 61)
    stored = installation.rows(
        "SELECT k.code, v.starts_on, COALESCE(e.number, u.code), v.value FROM performance_value v"
        " JOIN performance_kpi k ON k.id = v.kpi_id"
        " LEFT JOIN core_employment e ON v.grain = 'person' AND e.id = v.subject_id"
        " LEFT JOIN core_unit u ON v.grain = 'unit' AND u.id = v.subject_id"
    )
    assert {(kpi, str(since)[:4], whose): value for kpi, since, whose, value in stored} == {
        (kpi, when[:4], unit or number): Fraction(value) * 100 for kpi, when, unit, number, value, _why in told
    }


@pytest.mark.usefixtures("scored")
@pytest.mark.parametrize("year", [LAST, THIS])
def test_attainment_of_everybody_is_a_fraction_of_the_tables(
    installation: Installation, tables: Tables, year: int
) -> None:
    stored = installation.rows(
        "SELECT e.number, k.code, l.actual, l.target, l.attainment, l.problem, s.points, s.scored, u.code, s.starts_on"
        " FROM performance_score_line l JOIN performance_score s ON s.id = l.score_id"
        " JOIN performance_kpi k ON k.id = l.kpi_id JOIN core_employment e ON e.id = s.subject_id"
        " JOIN core_unit u ON u.id = s.unit_id WHERE s.grain = 'person'"
    )
    found = {tuple(row[:2]): row[2:9] for row in stored if str(row[9]).startswith(str(year))}
    wanted: dict[tuple[str, str], tuple[Any, ...]] = {}
    for number in tables.people:
        parts = [("sales", 100, tables.quota(number, year))]
        if year == THIS:
            parts = [("sales", 60, tables.quota(number, year)), ("standing", 40, tables.standing(number))]
        sold = tables.sales(number, year)
        reached = [(weight, *attained(sold, target)) for _code, weight, target in parts]
        unit = [place for place, first, end in tables.posts(number)
                if first <= date(year, 12, 31) and (end is None or end > date(year, 12, 31))][0]  # fmt: skip
        whole = sum(weight * 10_000 for weight, _reached, problem in reached if problem == SCORED)
        for (code, _weight, target), (_same, rate, problem) in zip(parts, reached, strict=True):
            wanted[number, code] = (Fraction(cents(sold)) * 100, Fraction(target or 0) * 100, rate, problem,
                                    points(reached), whole, unit)  # fmt: skip
    assert found == wanted
    told = defaultdict(set)
    for (number, _code), row in wanted.items():
        told[row[3]].add(number)
    assert told[NO_TARGET] == (set() if year == LAST else {"274", "285", "287"})


@pytest.mark.usefixtures("scored")
def test_attainment_of_the_territories(installation: Installation, tables: Tables) -> None:
    stored = installation.rows(
        "SELECT u.code, l.attainment, s.points FROM performance_score_line l"
        " JOIN performance_score s ON s.id = l.score_id JOIN core_unit u ON u.id = l.subject_id WHERE l.grain = 'unit'"
    )
    wanted = []
    for number, row in tables.territories.items():
        reached, problem = attained(row[4], cents(row[5]))
        wanted.append((f"t{number}", reached, points([(100, reached, problem)])))
    assert sorted(stored) == sorted(wanted)
