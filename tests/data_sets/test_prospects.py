"""2,059 prospects of Adventure Works as leads: who is the same by phone or mail, by a plain search of the raw file.

AdventureWorks (Microsoft; MIT). Many prospects share a phone number, some a mail address, and some addresses are none.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from plugins.crm.models import Arrival, Lead
from plugins.crm.services import channels
from remit.models import Unit
from remit.services import system
from tests.data_sets.at_work import AtWork, write_csv
from tests.data_sets.installation import Installation

pytestmark = pytest.mark.data

#: Which columns of the file are what; it has no headings.
FIRST, LAST, MAIL, PHONE = 2, 4, 8, 21
#: How a command ends that was given a file with faults.
BAD_INPUT = 4
HEADING = ("channel", "contact", "phone", "email", "note")


@dataclass(frozen=True)
class Prospect:
    """Somebody as the file tells him; ``email`` is empty where the file tells none that can be one."""

    name: str
    phone: str
    mail: str

    @property
    def email(self) -> str:
        """The mail address, if there is a name of a domain with a dot behind the sign."""
        return self.mail if re.fullmatch(r"[^@ ]+@[^@ .]+(\.[^@ .]+)+", self.mail) else ""


@pytest.fixture(scope="module")
def prospects(adventure_works: Path) -> list[Prospect]:
    """The rows of the file."""
    with gzip.open(adventure_works / "ProspectiveBuyer.csv.gz", "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="|"))
    assert len(rows) == 2059
    return [Prospect(f"{row[FIRST]} {row[LAST]}", row[PHONE], row[MAIL]) for row in rows]


@pytest.fixture(scope="module")
def folder(installation: Installation, at_work: AtWork, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files lie; the company has a channel."""
    out = tmp_path_factory.mktemp("prospects")
    units = write_csv(
        out / "units.csv", ("code", "title", "parent", "kind", "legal_entity", "contribution_place"),
        [("aw", "Adventure Works", "", "company", "Adventure Works", "CN-SH")],
    )  # fmt: skip
    assert installation.run("units", "import", "units", str(units))[0] == 0
    with at_work.writing() as (session, actor):
        channels.save_channel(session, actor, None, {
            "code": "mailing", "title": {"en": "Mailing", "zh_CN": "Mailing"}, "kind": "other", "is_active": True,
            "unit_id": session.scalars(select(Unit.id).where(Unit.code == "aw")).one(),
        })  # fmt: skip
    return out


def file_of(folder: Path, name: str, prospects: Sequence[Prospect], *, raw: bool = False) -> str:
    """A file of leads: with the mail addresses as they are told, or without those that are none."""
    return str(write_csv(folder / f"{name}.csv", HEADING, (
        ("mailing", one.name, one.phone, one.mail if raw else one.email, "") for one in prospects
    )))  # fmt: skip


def the_same(prospects: Sequence[Prospect]) -> list[list[int]]:
    """Who is reached from whom over a phone number or a mail address in common, by walking from one to the next."""
    reached: dict[str, list[int]] = defaultdict(list)
    for number, one in enumerate(prospects):
        for key in filter(None, (one.phone, one.email.lower())):
            reached[key].append(number)
    seen: set[int] = set()
    found = []
    for number in range(len(prospects)):
        if number in seen:
            continue
        waiting, group = [number], []
        seen.add(number)
        while waiting:
            current = waiting.pop()
            group.append(current)
            one = prospects[current]
            for key in filter(None, (one.phone, one.email.lower())):
                fresh = [other for other in reached[key] if other not in seen]
                seen.update(fresh)
                waiting += fresh
        found.append(sorted(group))
    return found


@pytest.fixture(scope="module")
def brought(installation: Installation, folder: Path, prospects: list[Prospect]) -> Any:
    """The report of the first import."""
    code, report = installation.run("prospects", "import", "leads", file_of(folder, "prospects", prospects))
    assert code == 0, report
    return report


def test_an_address_that_is_none_is_told_by_its_row(
    installation: Installation, folder: Path, prospects: list[Prospect]
) -> None:
    path = file_of(folder, "raw", prospects, raw=True)
    wrong = [row for row, one in enumerate(prospects, start=2) if one.mail != one.email]
    code, report = installation.run("prospects, raw", "import", "leads", path)
    assert wrong
    assert (code, [one["row"] for one in report["problems"]]) == (BAD_INPUT, wrong)
    assert installation.one("SELECT COUNT(*) FROM crm_lead") == 0, "nothing of a file with faults is written"


@pytest.mark.usefixtures("tell")
def test_whoever_shares_a_phone_or_a_mail_address_is_one_lead(
    brought: Any, installation: Installation, prospects: list[Prospect]
) -> None:
    groups = the_same(prospects)
    told = Counter((one.name, one.phone, one.email) for one in prospects)
    assert [brought["counts"][name] for name in ("rows", "new", "changed", "unchanged")] == [
        2059, len(groups), len(told) - len(groups), 2059 - len(told),
    ]  # fmt: skip
    assert installation.one("SELECT COUNT(*) FROM crm_lead") == len(groups)
    assert installation.one("SELECT COUNT(*) FROM crm_arrival") == len(told)
    assert len(groups) < len({one.phone for one in prospects}), "some phones are joined by a mail address"


@pytest.mark.usefixtures("brought")
def test_nobodys_name_phone_or_address_is_lost(at_work: AtWork, prospects: list[Prospect]) -> None:
    """The lead tells the first of a group; what others say differently is kept beside it, with who brought it."""
    with at_work.writing() as (session, _actor), system(session, "a test looks"):
        leads = {one.id: one for one in session.scalars(select(Lead))}
        beside: dict[int, list[Arrival]] = defaultdict(list)
        for arrival in session.scalars(select(Arrival)):
            beside[arrival.lead_id].append(arrival)
        kept = Counter(
            tuple(frozenset(filter(None, (getattr(one, name) for one in (lead, *beside[number]))))
                  for name in ("contact", "phone", "email"))
            for number, lead in leads.items()
        )  # fmt: skip
        firsts = Counter(lead.contact for lead in leads.values())
    groups = [[prospects[number] for number in group] for group in the_same(prospects)]
    assert kept == Counter(
        (frozenset(one.name for one in group), frozenset(re.sub(r"\D", "", one.phone) for one in group),
         frozenset(one.email.lower() for one in group if one.email))
        for group in groups
    )  # fmt: skip
    assert firsts == Counter(group[0].name for group in groups)


@pytest.mark.usefixtures("brought", "tell")
def test_the_file_again_changes_nothing(installation: Installation, folder: Path, prospects: list[Prospect]) -> None:
    """Nor does the file from its end to its beginning."""
    tables = ("crm_lead", "crm_arrival", "crm_lead_event")
    before = [installation.rows(f"SELECT * FROM {name} ORDER BY id") for name in tables]  # noqa: S608
    for name, rows in (("again", prospects), ("backwards", prospects[::-1])):
        _code, report = installation.run(f"prospects, {name}", "import", "leads", file_of(folder, name, rows))
        assert (report["state"], report["counts"]["unchanged"]) == ("unchanged", 2059)
    assert [installation.rows(f"SELECT * FROM {name} ORDER BY id") for name in tables] == before  # noqa: S608
