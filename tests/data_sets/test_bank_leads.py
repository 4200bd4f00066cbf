"""45,211 customers of a telephone campaign: taken in, contacted within the limits, sold to, and the funnel over them.

UCI Bank Marketing (Moro, Rita, Cortez; CC BY 4.0). Every number that is expected is counted from the raw file with
`csv` and `Counter`. A row says day and month; its rows are in the order of the days from May 2008 on, so the year is
one more where the months begin anew.

All rows become leads. The contacts of every 20th customer are written down one by one, all on one day, and those of
every 200th (from the 10th on) on as many days in a row; 124,956 would take too long. Whoever said yes is contacted
and won, at a yuan for each second of the call.
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_WORK
from plugins.crm.models import Campaign, Channel, Lead
from plugins.crm.services import campaigns, channels
from plugins.crm.services.deals import opening
from plugins.crm.services.following import contacting
from plugins.crm.services.funnel.figures import funnel
from plugins.crm.services.funnel.lines import By, Line
from plugins.crm.services.leads import consent
from remit.base import Actor, DomainError
from remit.models import Unit
from remit.services import load, system
from tests.data_sets.at_work import AtWork, write_csv
from tests.data_sets.installation import TODAY, Installation

pytestmark = pytest.mark.data

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ASKED = ("age", "marital", "education", "default", "balance", "housing", "loan")
HEADING = ("channel", "campaign", "company", "industry", "at", "answers", "external_id")
SINCE, UNTIL = date(2008, 5, 1), date(2010, 12, 1)
DAY = date.fromisoformat(TODAY)
MOST, DAYS = 3, 7
TABLES = ("crm_lead", "crm_arrival", "crm_lead_event", "crm_customer", "crm_deal")


@dataclass(frozen=True)
class Row:
    """One line of the file, with the day it tells."""

    told: dict[str, str]
    day: date

    @property
    def number(self) -> int:
        """The number of the customer."""
        return int(self.told["Cust_num"])

    @property
    def contacts(self) -> int:
        """How often the customer was contacted during the campaign."""
        return int(self.told["campaign"])

    @property
    def yuan(self) -> int:
        """What a customer who said yes pays; 0 for one who said no."""
        return int(self.told["duration"]) if self.told["y"] == "yes" else 0

    @property
    def month(self) -> str:
        """The campaign the row belongs to."""
        return f"{self.day:%Y-%m}"

    @property
    def at_once(self) -> bool:
        """Whether its contacts are written down on one day."""
        return self.number % 20 == 0

    @property
    def day_by_day(self) -> bool:
        """Whether its contacts are written down on as many days."""
        return self.number % 200 == 10


@dataclass
class Contacted:
    """What was let through and what was refused, by customer, and the codes of the refusals."""

    kept: Counter[int] = field(default_factory=Counter)
    refused: Counter[int] = field(default_factory=Counter)
    codes: set[str] = field(default_factory=set)


@pytest.fixture(scope="module")
def raw(telemarketing: Path) -> list[Row]:
    """The rows of the file."""
    found: list[Row] = []
    with gzip.open(telemarketing, "rt", encoding="utf-8", newline="") as file:
        for told in csv.DictReader(file):
            month = MONTHS.index(told["month"]) + 1
            year = found[-1].day.year + (month < found[-1].day.month) if found else SINCE.year
            found.append(Row(told, date(year, month, int(told["day"]))))
    assert (len(found), found[0].month, found[-1].month) == (45_211, "2008-05", "2010-11")
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the files lie that are imported."""
    return tmp_path_factory.mktemp("bank")


@pytest.fixture(scope="module")
def company(installation: Installation, at_work: AtWork, raw: list[Row], folder: Path) -> dict[str, Any]:
    """The bank with its channels, campaigns, words and limit; the answer is the report of the import of all rows."""
    units = write_csv(
        folder / "units.csv", ("code", "title", "parent", "kind", "legal_entity", "contribution_place"),
        [("bank", "Bank", "", "company", "Bank", "CN-SH"), ("calls", "Telemarketing", "bank", "department", "", "")],
    )  # fmt: skip
    assert installation.run("units", "import", "units", str(units))[0] == 0
    with at_work.writing() as (session, actor):
        unit = session.scalars(select(Unit.id).where(Unit.code == "calls")).one()
        for code in sorted({row.told["contact"] for row in raw}):
            channels.save_channel(session, actor, None, {
                "code": code, "title": {"en": code, "zh_CN": code}, "kind": "other", "unit_id": unit, "is_active": True,
            })  # fmt: skip
        for order, code in enumerate(sorted({job(row) for row in raw} - {""})):
            channels.save_choice(session, actor, "industry", None, {
                "code": code, "title": {"en": code, "zh_CN": code}, "order": order, "is_active": True,
            })  # fmt: skip
        for month in sorted({row.month for row in raw}):
            days = [row.day for row in raw if row.month == month]
            campaigns.save(session, actor, None, {
                "code": month, "title": f"Deposits {month}", "unit_id": unit, "category": "other",
                "starts_on": min(days), "last_day": max(days),
            })  # fmt: skip
        consent.save_limit(session, actor, None, {"most": MOST, "days": DAYS})
    report: dict[str, Any] = bring(installation, folder, "all", raw, numbers=True)
    return report


@pytest.fixture(scope="module")
def contacted(company: object, installation: Installation, at_work: AtWork, raw: list[Row]) -> Contacted:
    """The contacts of the chosen rows, and the deals of all who said yes."""
    found, ids = Contacted(), lead_ids(installation)
    some = [row for row in raw if row.at_once or row.day_by_day or row.yuan]
    with pytest.MonkeyPatch.context() as patch:
        for later in range(max(row.contacts for row in some if row.day_by_day)):
            patch.setenv("REMIT_DEMO_DATE", str(DAY + timedelta(days=later)))
            for part in parts([row for row in some if contacts_on(row, later)]):
                with at_work.writing() as (session, actor):
                    for row in part:
                        for _time in range(contacts_on(row, later)):
                            contact(session, actor, ids[row.number], row.number, found)
    for part in parts([row for row in some if row.yuan]):
        with at_work.writing() as (session, actor):
            for row in part:
                win(session, actor, ids[row.number], row)
    return found


def parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """Rows of one transaction each."""
    return (rows[start : start + 50] for start in range(0, len(rows), 50))


def contacts_on(row: Row, later: int) -> int:
    """How many contacts of a row are tried so many days after the first: all on the first, one on each, or one."""
    if row.at_once:
        return 0 if later else row.contacts
    return int(later < row.contacts) if row.day_by_day else int(later == 0)


def contact(session: Session, actor: Actor, lead_id: int, number: int, found: Contacted) -> None:
    lead = load(session, actor, LEAD_WORK, Lead, lead_id)
    try:
        with session.begin_nested():
            contacting.follow_up(session, actor, lead, {
                "outcome": "contacted", "said": "a call", "next_on": DAY + timedelta(days=90),
                "revision": lead.revision,
            })  # fmt: skip
    except DomainError as error:
        found.refused[number] += 1
        found.codes.add(error.code)
    else:
        found.kept[number] += 1


def win(session: Session, actor: Actor, lead_id: int, row: Row) -> None:
    deal = opening.open_deal(session, actor, load(session, actor, LEAD_WORK, Lead, lead_id), {
        "title": f"Deposit of {row.number}", "kind": "new", "list_amount": row.yuan * 100, "expected_on": DAY,
        "months": 12,
    })  # fmt: skip
    opening.win(session, actor, deal, {"won_on": DAY, "revision": deal.revision})


def job(row: Row) -> str:
    """What somebody does, as it is kept: nothing where it is not known."""
    return "" if row.told["job"] == "unknown" else row.told["job"]


def bring(installation: Installation, folder: Path, name: str, rows: Iterable[Row], *, numbers: bool) -> Any:
    """Import rows as a file of leads, with or without their numbers; returns the report."""
    path = write_csv(folder / f"{name}.csv", HEADING, (
        (
            row.told["contact"], row.month, f"Customer {row.number}", job(row), row.day,
            "; ".join(f"{one}={row.told[one]}" for one in ASKED), row.number if numbers else "",
        ) for row in rows
    ))  # fmt: skip
    code, report = installation.run(f"leads, {name}", "import", "leads", str(path))
    assert code == 0, report
    return report


def lead_ids(installation: Installation) -> dict[int, int]:
    """The leads by the number of the customer."""
    rows = installation.rows("SELECT external_id, lead_id FROM crm_arrival WHERE source = 'file'")
    return {int(number): lead_id for number, lead_id in rows if number.isdigit()}


def sizes(installation: Installation) -> dict[str, int]:
    return {name: installation.one(f"SELECT COUNT(*) FROM {name}") for name in TABLES}  # noqa: S608


def told_lines(at_work: AtWork, by: By) -> tuple[dict[str, Line], Line]:
    """The lines of the funnel by the code of a channel, the code of a campaign or the month, and their sum."""
    with at_work.writing() as (session, actor):
        found = funnel(session, actor, by, SINCE, UNTIL)
        with system(session, "a test looks"):
            wanted = select(Channel.id, Channel.code) if by == "channel" else select(Campaign.id, Campaign.code)
            codes: dict[Any, str] = {number: code for number, code in session.execute(wanted)}
    if by == "month":
        return {f"{date.fromordinal(one.key or 0):%Y-%m}": one for one in found.lines}, found.total
    return {codes[one.key]: one for one in found.lines}, found.total


@pytest.mark.usefixtures("tell")
def test_every_row_is_a_lead_once(company: dict[str, Any], installation: Installation, raw: list[Row]) -> None:
    assert (company["state"], company["counts"]["rows"], company["counts"]["new"]) == ("done", 45_211, 45_211)
    stored = installation.rows(
        "SELECT c.code, p.code, l.industry, COUNT(*) FROM crm_lead l JOIN crm_channel c ON c.id = l.channel_id"
        " JOIN crm_campaign p ON p.id = l.campaign_id GROUP BY c.code, p.code, l.industry"
    )
    wanted = Counter((row.told["contact"], row.month, job(row)) for row in raw)
    assert {(channel, month, kind): count for channel, month, kind, count in stored} == wanted
    assert len(lead_ids(installation)) == len({row.told["Cust_num"] for row in raw}) == 45_211


@pytest.mark.usefixtures("company")
def test_what_was_answered_is_kept_as_numbers_and_yes_or_no(at_work: AtWork, raw: list[Row]) -> None:
    with at_work.writing() as (session, _actor), system(session, "a test looks"):
        kept = session.scalars(select(Lead.answers)).all()
    assert sum(one["balance"] for one in kept) == sum(int(row.told["balance"]) for row in raw)
    assert Counter(one["education"] for one in kept) == Counter(row.told["education"] for row in raw)
    for name in ("default", "housing", "loan"):
        assert Counter(one[name] for one in kept) == Counter(row.told[name] == "yes" for row in raw)


def test_the_contacts_over_the_limit_are_refused_and_no_others(
    contacted: Contacted, installation: Installation, raw: list[Row]
) -> None:
    """On one day the first three; on days in a row three of each seven, as the fourth day after a contact is free."""
    once = {row.number: row.contacts for row in raw if row.at_once}
    daily = {row.number: row.contacts for row in raw if row.day_by_day}
    wanted = {number: min(MOST, count) for number, count in once.items()}
    wanted |= {number: MOST * (count // DAYS) + min(MOST, count % DAYS) for number, count in daily.items()}
    wanted |= {row.number: 1 for row in raw if row.yuan and row.number not in wanted}
    assert contacted.kept == wanted
    assert sum(contacted.refused[number] for number in once) == sum(max(0, count - MOST) for count in once.values())
    assert sum(contacted.refused.values()) == sum(once.values()) + sum(daily.values()) - sum(
        wanted[number] for number in (*once, *daily))  # fmt: skip
    assert contacted.codes == {"crm.too_often"}
    assert max(daily.values()) > DAYS, "somebody was contacted again in the second week"
    assert installation.one("SELECT COUNT(*) FROM crm_lead_event WHERE kind = 'touched'") == sum(wanted.values())


@pytest.mark.usefixtures("contacted", "tell")
def test_the_file_again_doubles_nothing(installation: Installation, raw: list[Row], folder: Path) -> None:
    """With its numbers nothing happens; without them every 20th row is found by its name, also where it was won."""
    before = sizes(installation)
    again = bring(installation, folder, "again", raw, numbers=True)
    assert (again["state"], again["counts"]["unchanged"]) == ("unchanged", 45_211)
    assert sizes(installation) == before
    some = [row for row in raw if row.number % 20 == 0]
    unnumbered = bring(installation, folder, "without numbers", some, numbers=False)
    assert [unnumbered["counts"][name] for name in ("new", "changed", "unchanged")] == [0, len(some), 0]
    more = {"crm_arrival": len(some), "crm_lead_event": len(some)}
    assert sizes(installation) == {name: count + more.get(name, 0) for name, count in before.items()}
    once_more = bring(installation, folder, "without numbers, again", some, numbers=False)
    assert once_more["counts"]["unchanged"] == len(some)


@pytest.mark.usefixtures("contacted")
@pytest.mark.parametrize("by", ["channel", "campaign", "month"])
def test_the_funnel_is_a_plain_count_of_the_file(at_work: AtWork, raw: list[Row], by: By) -> None:
    def key(row: Row) -> str:
        return row.told["contact"] if by == "channel" else row.month

    leads, touched = Counter(map(key, raw)), Counter(
        key(row) for row in raw if row.at_once or row.day_by_day or row.told["y"] == "yes")  # fmt: skip
    won = Counter(key(row) for row in raw if row.told["y"] == "yes")
    paid: Counter[str] = Counter()
    for row in raw:
        paid[key(row)] += 100 * row.yuan
    lines, total = told_lines(at_work, by)
    assert {name: (one.leads, one.touched, one.customers, one.orders, one.revenue) for name, one in lines.items()} == {
        name: (leads[name], touched[name], won[name], won[name], paid[name]) for name in leads
    }
    assert (total.leads, total.customers, total.revenue) == (45_211, 5_289, 100 * sum(row.yuan for row in raw))
    assert (total.marketing, total.sales, total.renewals) == (0, 0, 0), "no standard is in force"
