"""Ten thousand people with their histories, their punches and a month of pay, against counts from the SQL files.

The expected numbers come from the data set itself, read into a database of its own by `sqlite3`, never from the
files that the conversion wrote. Pay is for a month of 2026: the rules of tax begin later than the data set ends,
and 8,064 of its people are employed with an open end.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.data_sets.attlog import Log, make_log
from tests.data_sets.installation import Installation
from tools.convert_employees import convert

pytestmark = pytest.mark.data

KINDS = ("units", "positions", "people", "salaries")
TABLES = {"employee": 6, "department": 2, "dept_emp": 4, "title": 4, "salary": 4}
DAYS = ("1986-01-01", "1990-07-01", "1995-06-30", "1998-12-17", "2000-06-15", "2002-08-01", "2026-10-15")
LINES = 40_000
PAID_DAYS = Decimal("21.75")  # 劳社部发〔2008〕3号: days of pay in an average month


@pytest.fixture(scope="module")
def told(employees: Path) -> Iterator[sqlite3.Connection]:
    """The data set as its own SQL loads it."""
    loaded = sqlite3.connect(":memory:")
    for name, width in TABLES.items():
        loaded.execute(f"CREATE TABLE {name} ({', '.join('abcdef'[:width])})")
        file = "salary1" if name == "salary" else name
        with gzip.open(employees / f"load_{file}.sql.gz", "rt", encoding="utf-8") as script:
            loaded.executescript(script.read())
    yield loaded
    loaded.close()


@pytest.fixture(scope="module")
def files(employees: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four files of the conversion."""
    out = tmp_path_factory.mktemp("files")
    convert(employees, out)
    return out


@pytest.fixture(scope="module")
def company(installation: Installation, files: Path) -> dict[str, Any]:
    """The reports of the first import of each file."""
    return {kind: import_one(installation, files, kind, "first") for kind in KINDS}


@pytest.fixture(scope="module")
def log(told: sqlite3.Connection, data: Path) -> Log:
    """The log of October 2026, for those employed then."""
    now, gone = numbers_of(told, ">="), numbers_of(told, "<")
    return make_log(now, gone, working_days(data), lines=LINES)


@pytest.fixture(scope="module")
def punched(company: object, installation: Installation, log: Log, files: Path) -> list[tuple[int, Any]]:
    """Exit code and report of the two imports of the log."""
    path = files / "attlog.dat"
    path.write_bytes(log.data)
    words = ("import", "punches", str(path))
    return [installation.run(f"punches, {which}", *words) for which in ("first", "second")]


def import_one(installation: Installation, files: Path, kind: str, which: str) -> Any:
    code, report = installation.run(f"{kind}, {which}", "import", kind, str(files / f"{kind}.csv"))
    assert code == 0, report
    return report


def numbers_of(told: sqlite3.Connection, compare: str) -> list[str]:
    found = told.execute(
        f"SELECT a FROM dept_emp GROUP BY a HAVING MAX(d) {compare} '9999-01-01' ORDER BY a"  # noqa: S608
    )
    return [str(number) for (number,) in found]


def working_days(data: Path) -> list[date]:
    """The working days of October 2026 as the State Council announced them."""
    announced = json.loads((data / "holiday_cn" / "2026.json").read_text(encoding="utf-8"))["days"]
    off = {day["date"]: day["isOffDay"] for day in announced}
    every = [date(2026, 10, 1) + timedelta(n) for n in range(31)]
    return [day for day in every if not off.get(str(day), day.weekday() >= 5)]


def twelfth(year: int) -> int:
    """A month of a yearly salary, in cents."""
    return int((Decimal(year) * 100 / 12).quantize(Decimal(1), ROUND_HALF_UP))


@pytest.mark.usefixtures("tell", "company")
def test_all_people_are_there_under_their_names(installation: Installation, told: sqlite3.Connection) -> None:
    stored = installation.rows(
        "SELECT e.number, p.name, p.sex, e.hired_on FROM core_employment e JOIN core_person p ON p.id = e.person_id"
    )
    wanted = told.execute("SELECT a, c || ' ' || d, e, f FROM employee").fetchall()
    assert len(wanted) == 10_000
    assert {(number, name, sex, str(hired)) for number, name, sex, hired in stored} == {
        (str(number), *rest) for number, *rest in wanted
    }
    assert len(stored) == 10_000


@pytest.mark.usefixtures("tell", "company")
def test_everybody_has_the_posts_the_data_set_tells(installation: Installation, told: sqlite3.Connection) -> None:
    changes = told.execute(
        "SELECT COUNT(*) FROM (SELECT a, c FROM dept_emp WHERE c < d UNION SELECT a, c FROM title WHERE c < d)"
    ).fetchone()[0]
    of_one_day = told.execute(
        "SELECT COUNT(*) FROM (SELECT a FROM dept_emp GROUP BY a HAVING MAX(c < d) = 0)"
    ).fetchone()[0]
    assert of_one_day == 1
    assert installation.one("SELECT COUNT(*) FROM core_assignment") == changes + of_one_day
    for day in (one for one in DAYS if one != "1998-12-17"):
        stored = installation.rows(
            "SELECT u.code, v.title, COUNT(*) FROM core_assignment a"
            " JOIN core_position_version v ON v.position_id = a.position_id JOIN core_unit u ON u.id = v.unit_id"
            " WHERE a.valid_from <= :day AND a.valid_to > :day GROUP BY u.code, v.title",
            day=date.fromisoformat(day) if installation.engine.dialect.name == "postgresql" else day,
        )
        wanted = told.execute(
            "SELECT d.b, t.b, COUNT(*) FROM dept_emp d JOIN title t ON t.a = d.a"
            " WHERE d.c <= :day AND d.d > :day AND t.c <= :day AND t.d > :day GROUP BY d.b, t.b", {"day": day}
        ).fetchall()
        titles = {(unit, words["zh_CN"]): count for unit, words, count in decoded(stored)}
        assert titles == {(unit, title): count for unit, title, count in wanted}, day


def decoded(rows: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Rows whose second value is a translated title, as JSON where the driver leaves it as text."""
    for first, words, *rest in rows:
        yield first, json.loads(words) if isinstance(words, str) else words, *rest


@pytest.mark.usefixtures("tell", "company")
def test_everybody_has_the_salary_the_data_set_tells_on_any_day(
    installation: Installation, told: sqlite3.Connection
) -> None:
    typed = date.fromisoformat if installation.engine.dialect.name == "postgresql" else str
    for day in (one for one in DAYS if one != "1998-12-17"):
        stored = installation.rows(
            "SELECT e.number, s.amount FROM payroll_salary s JOIN core_employment e ON e.id = s.employment_id"
            " WHERE s.valid_from <= :day AND s.valid_to > :day", day=typed(day),
        )
        wanted = told.execute("SELECT a, b FROM salary WHERE c <= :day AND d > :day", {"day": day}).fetchall()
        assert len(stored) == len(wanted), day
        assert dict(stored) == {str(number): twelfth(year) for number, year in wanted}, day
    rows = told.execute("SELECT a, b, c, d FROM salary WHERE c < d ORDER BY a, c").fetchall()
    same = sum(
        (before[0], before[3], twelfth(before[1])) == (after[0], after[2], twelfth(after[1]))
        for before, after in pairwise(rows)
    )  # neighbours that say the same become one
    assert installation.one("SELECT COUNT(*) FROM payroll_salary") == len(rows) - same + 1  # one of a single day


@pytest.mark.usefixtures("tell")
def test_the_reports_count_rows_and_the_second_run_changes_nothing(
    company: dict[str, Any], installation: Installation, files: Path
) -> None:
    tables = ("core_person", "core_employment", "core_employment_terms", "core_assignment", "core_unit_version",
              "core_position_version", "payroll_salary", "core_import_change")  # fmt: skip

    def content() -> list[Any]:
        return [installation.rows(f"SELECT * FROM {name} ORDER BY id") for name in tables]  # noqa: S608

    before = content()
    for kind in KINDS:
        lines = (files / f"{kind}.csv").read_text(encoding="utf-8").count("\n") - 1
        first, second = company[kind], import_one(installation, files, kind, "second")
        assert (first["state"], first["counts"]["rows"], first["counts"]["new"]) == ("done", lines, lines)
        assert (second["state"], second["counts"]["unchanged"]) == ("unchanged", lines)
    assert content() == before


@pytest.mark.usefixtures("tell")
def test_a_log_with_faults_gives_what_was_planted_and_nothing_twice(
    punched: list[tuple[int, Any]], installation: Installation, log: Log
) -> None:
    (code, first), (code_again, second) = punched
    assert log.lines == LINES
    assert (code, code_again) == (4, 0)
    counted = {name: first[name] for name in ("lines", "accepted", "repeated", "rejected")}
    assert counted == {
        "lines": LINES, "accepted": log.accepted, "repeated": log.repeated, "rejected": sum(log.rejected.values())
    }
    assert first["reasons"] == dict(log.rejected)
    assert (second["accepted"], second["repeated"], second["rejected"]) == (0, LINES, 0)
    assert installation.one("SELECT COUNT(*) FROM attendance_punch") == log.accepted
    assert installation.one("SELECT COUNT(*) FROM attendance_punch_line") == LINES - log.repeated


@pytest.mark.usefixtures("tell", "punched")
def test_a_month_is_closed_and_paid(
    installation: Installation, told: sqlite3.Connection, log: Log, data: Path
) -> None:
    days = working_days(data)
    here = numbers_of(told, ">=")
    code, closed = installation.run("attendance close", "attendance", "close", "2026-10")
    assert (code, closed["people"]) == (0, len(here))
    assert closed["totals"]["scheduled_days"] == len(here) * len(days) * 100
    partial = log.accepted - len(log.full) * len(days) * 2
    came = len(log.full) * len(days) + partial // 2
    assert partial % 2 == 0, "the last of the people with punches has whole days"
    assert closed["totals"]["worked_days"] == came * 100
    assert closed["totals"]["absent_days"] == (len(here) * len(days) - came) * 100
    code, paid = installation.run("payroll run", "payroll", "run", "2026-10")
    assert (code, paid["slips"], paid["errors"]) == (0, len(here), 0)
    year = dict(told.execute("SELECT a, b FROM salary WHERE d = '9999-01-01'").fetchall())
    present = dict.fromkeys(log.full, len(days)) | {here[len(log.full)]: partial // 2}
    wanted = 0
    for number in here:
        month = Decimal(twelfth(year[int(number)]))
        missed = month * (len(days) - present.get(number, 0)) / PAID_DAYS
        wanted += int(month - min(missed.quantize(Decimal(1), ROUND_HALF_UP), month))
    assert paid["gross"] == wanted
    # Nobody earns more in this first month than the deductions of the year so far, and nobody has insurance bases.
    assert (paid["tax"], paid["net"]) == (0, wanted)
