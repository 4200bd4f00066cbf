"""Turns the public employees data set into files that Remit imports.

`python -m tools.convert_employees FOLDER OUT` reads `load_*.sql.gz` of FOLDER and writes units.csv, positions.csv,
people.csv and salaries.csv to OUT. The data set (Fusheng Wang, Carlo Zaniolo, Giuseppe Maxia, Patrick Crews;
CC BY-SA 3.0) is fabricated and large; neither it nor what is made of it belongs into a repository.

What the two ways of telling a history do not share:

- The data set has departments and titles in two tables; a row of people.csv says both, so a person has a row for
  each stretch of days in which neither changed.
- Salaries are told for a year; salaries.csv has a twelfth of it, to the cent.
- A period that ends on the day it begins covers no day and is left out. Where it is all there is of somebody, it
  is taken for the one day, so that nobody is lost.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

COMPANY = "company"
PLACE = "CN-SH"
"""Place of contributions of the company; the data set knows none."""

_ROW = re.compile(r"\(((?:'(?:[^']|'')*'|[^')(])*)\)\s*[,;]")
_VALUE = re.compile(r"'((?:[^']|'')*)'|([^,']+)")

Period = tuple[date, date, str]
Rows = Iterable[Sequence[object]]


def read_table(folder: Path, name: str) -> Iterator[tuple[str, ...]]:
    """The rows of one `load_NAME.sql.gz`, each value as text."""
    with gzip.open(folder / f"load_{name}.sql.gz", "rt", encoding="utf-8") as file:
        text = file.read()
    for row in _ROW.finditer(text):
        yield tuple(
            quoted.replace("''", "'") if plain == "" else plain.strip() for quoted, plain in _VALUE.findall(row[1])
        )


def periods(rows: Iterable[tuple[str, ...]], value: int) -> dict[str, list[Period]]:
    """The dated values of each employee number, in order, without those that cover no day."""
    found: dict[str, list[Period]] = defaultdict(list)
    for row in rows:
        found[row[0]].append((date.fromisoformat(row[-2]), date.fromisoformat(row[-1]), row[value]))
    for number, told in found.items():
        told.sort()
        some = [one for one in told if one[0] < one[1]]
        found[number] = some or [(told[0][0], told[0][0] + timedelta(days=1), told[0][2])]
    return found


def stretches(units: Sequence[Period], titles: Sequence[Period]) -> Iterator[tuple[date, date, str, str]]:
    """The days on which somebody had both a department and a title, cut where either changes."""
    for unit_from, unit_to, unit in units:
        for title_from, title_to, title in titles:
            start, end = max(unit_from, title_from), min(unit_to, title_to)
            if start < end:
                yield start, end, unit, title


def position_code(unit: str, title: str) -> str:
    """The code of the position that stands for a title in a department."""
    return f"{unit}-{title.lower().replace(' ', '-')}"


def posts_of(folder: Path) -> dict[str, list[tuple[date, date, str, str]]]:
    """From, to, department and title of each post, by employee number, in order."""
    units = periods(read_table(folder, "dept_emp"), 1)
    titles = periods(read_table(folder, "title"), 1)
    return {number: sorted(stretches(told, titles[number])) for number, told in units.items()}


def unit_rows(folder: Path) -> Rows:
    """The company and its departments."""
    yield "code", "title", "parent", "kind", "legal_entity", "contribution_place"
    yield COMPANY, "Employees", "", "company", "Employees", PLACE
    for code, title in read_table(folder, "department"):
        yield code, title, COMPANY, "department", "", ""


def position_rows(posts: Mapping[str, Sequence[tuple[date, date, str, str]]]) -> Rows:
    """A position for each title in each department; its headcount is everybody who ever held it."""
    held: dict[tuple[str, str], set[str]] = defaultdict(set)
    for number, told in posts.items():
        for _start, _end, unit, title in told:
            held[unit, title].add(number)
    yield "code", "title", "unit", "reports_to", "is_head", "headcount"
    for (unit, title), people in sorted(held.items()):
        head = title == "Manager"
        above = "" if head or (unit, "Manager") not in held else position_code(unit, "Manager")
        yield position_code(unit, title), title, unit, above, "yes" if head else "no", len(people)


def people_rows(folder: Path, posts: Mapping[str, Sequence[tuple[date, date, str, str]]]) -> Rows:
    """A row for each post of each person."""
    yield "number", "name", "sex", "born_on", "unit", "position", "hired_on", "valid_from", "valid_to"
    for number, born, first, last, sex, hired in read_table(folder, "employee"):
        for start, end, unit, title in posts[number]:
            yield number, f"{first} {last}", sex, born, unit, position_code(unit, title), hired, start, end


def salary_rows(folder: Path) -> Rows:
    """A row for each salary: the twelfth of what was told for a year, rounded half up to the cent."""
    yield "number", "valid_from", "valid_to", "base_pay"
    for number, told in periods(read_table(folder, "salary1"), 1).items():
        for start, end, year in told:
            cents = (int(year) * 100 * 2 + 12) // 24
            yield number, start, end, f"{cents // 100}.{cents % 100:02d}"


def write(path: Path, rows: Rows) -> int:
    """Write a CSV file; returns the number of rows below the heading."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        count = -1
        for row in rows:
            writer.writerow(row)
            count += 1
    return count


def convert(folder: Path, out: Path) -> dict[str, int]:
    """Write the four files; returns how many rows each has."""
    out.mkdir(parents=True, exist_ok=True)
    posts = posts_of(folder)
    return {
        "units": write(out / "units.csv", unit_rows(folder)),
        "positions": write(out / "positions.csv", position_rows(posts)),
        "people": write(out / "people.csv", people_rows(folder, posts)),
        "salaries": write(out / "salaries.csv", salary_rows(folder)),
    }


def main(arguments: Sequence[str]) -> int:
    """Convert and say what was written."""
    parser = argparse.ArgumentParser(prog="python -m tools.convert_employees", description=__doc__)
    parser.add_argument("folder", type=Path, help="the folder with load_employee.sql.gz and the others")
    parser.add_argument("out", type=Path, help="where to write the CSV files")
    options = parser.parse_args(arguments)
    for name, count in convert(options.folder, options.out).items():
        print(f"{name}.csv: {count} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
