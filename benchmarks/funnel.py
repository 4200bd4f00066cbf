"""The page of the funnel over ``size`` leads and a tenth as many deals, beside bare SQL that yields the same figures.

Leads are copies of the demo company's, spread over the last quarter, its channels and its reps; one in ten has bought.
The bare SQL is written by hand for somebody who may see everything, and its rows are only fetched: the page asks who
may see what, works out ratios, draws and writes HTML. Milliseconds are of whole requests inside one process.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from benchmarks.figure import Figure
from benchmarks.house import SYSTEM, demo
from benchmarks.pages import sign_in
from core.app import create_app
from core.db.guard import MIGRATION
from core.kernel.house import House
from plugins.crm.models import Deal, Lead
from remit.services import system
from remit.testing.statements import counting

SIZE = 1_000_000
READER = "linan"
TURNS = 15
AT_A_TIME = 10_000
#: The quarter before the demo's day, and the moment its leads begin at.
SINCE, UNTIL = datetime(2026, 6, 30, 16, tzinfo=UTC), datetime(2026, 9, 30, 16, tzinfo=UTC)
ADDRESS = "/crm/funnel?period=last_quarter"

_COUNTS = """
    SELECT channel_id, campaign_id, count(*), count(marketing_at), count(touched_at), count(sales_at), count(won_at)
    FROM crm_lead WHERE captured_at >= :since AND captured_at < :until AND state NOT IN ('merged', 'void')
    GROUP BY channel_id, campaign_id
"""
_DEALS = """
    SELECT channel_id, kind, count(*), sum(amount) FROM crm_lead JOIN crm_deal ON crm_deal.lead_id = crm_lead.id
    WHERE crm_deal.state = 'won' AND currency = 'CNY' AND captured_at >= :since AND captured_at < :until
    GROUP BY channel_id, kind
"""
_SPENT = """
    SELECT campaign_id, sum(amount) FROM crm_spend WHERE state = 'approved' AND currency = 'CNY'
    AND needed_on >= '2026-07-01' AND needed_on < '2026-10-01' GROUP BY campaign_id
"""
_MIDDLE = """
    SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY touched_at - captured_at),
           percentile_disc(0.5) WITHIN GROUP (ORDER BY sales_at - captured_at),
           percentile_disc(0.5) WITHIN GROUP (ORDER BY won_at - touched_at)
    FROM crm_lead WHERE captured_at >= :since AND captured_at < :until AND state NOT IN ('merged', 'void')
"""
_MIDDLE_OF = """
    SELECT {taken} FROM crm_lead WHERE captured_at >= :since AND captured_at < :until AND {to} IS NOT NULL
    AND state NOT IN ('merged', 'void') ORDER BY 1
"""


def run(size: int, database_url: str) -> Iterable[Figure]:
    """Statements of the page, and its 95th percentile beside that of the bare SQL."""
    with demo(database_url) as house:
        _fill(house, size)
        client = sign_in(create_app(house=house).test_client(), READER)
        client.get(ADDRESS)
        with counting(house.database) as statements:
            if client.get(ADDRESS).status_code != 200:
                raise RuntimeError("the funnel does not answer")
        yield Figure("funnel.statements", len(statements), "1", 10)
        page = _late(lambda: client.get(ADDRESS))
        with house.database.engine.execution_options(**{MIGRATION: True}).connect() as connection:
            bare = _late(lambda: _bare(connection, lite=house.database.is_sqlite))
        yield Figure("funnel.p95", round(page, 1), "ms", round(bare, 1))


def _late(work: Callable[[], Any]) -> float:
    """What 95 of a hundred take at most, in milliseconds."""
    took = []
    for _turn in range(TURNS):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.quantiles(took, n=20)[-1]


def _bare(connection: Connection, *, lite: bool) -> None:
    period = {"since": SINCE, "until": UNTIL}
    if lite:
        period = {name: one.strftime("%Y-%m-%d %H:%M:%S.%f") for name, one in period.items()}  # type: ignore[misc]
    for statement in (_COUNTS, _DEALS, _SPENT):
        connection.execute(text(statement), period if ":since" in statement else {}).all()
    if not lite:
        connection.execute(text(_MIDDLE), period).all()
        return
    for start, to in (("captured_at", "touched_at"), ("captured_at", "sales_at"), ("touched_at", "won_at")):
        statement = _MIDDLE_OF.format(taken=f"unixepoch({to}) - unixepoch({start})", to=to)
        found = connection.execute(text(statement), period).all()
        found[(len(found) - 1) // 2]


def _fill(house: House, size: int) -> None:
    """Copies of the demo's leads of that quarter, each at a moment of its own."""
    with house.session(SYSTEM) as session, system(session, "benchmark"):
        seeds = [dict(one) for one in session.execute(
            select(Lead.__table__).where(Lead.captured_at >= SINCE, Lead.captured_at < UNTIL).order_by(Lead.id)
        ).mappings()]  # fmt: skip
        sold = dict(session.execute(select(Deal.__table__).order_by(Deal.id).limit(1)).mappings().one())
        next_lead = (session.scalar(select(func.max(Lead.id))) or 0) + 1
        next_deal = (session.scalar(select(func.max(Deal.id))) or 0) + 1
    step = (UNTIL - SINCE) / (size + 1)
    for start in range(0, size, AT_A_TIME):
        leads, deals = [], []
        for number in range(start, min(start + AT_A_TIME, size)):
            lead = _lead(seeds[number % len(seeds)], next_lead + number, SINCE + step * (number + 1), number % 10 == 0)
            leads.append(lead)
            if number % 10 == 0:
                deals.append({
                    **sold, "id": next_deal + number // 10, "lead_id": lead["id"], "customer_id": None, "state": "won",
                    "won_on": lead["captured_at"].date() + timedelta(days=9), "kind": "new", "closed_reason": "",
                })  # fmt: skip
        with house.session(SYSTEM, write=True) as session, system(session, "benchmark"):
            session.execute(insert(Lead), leads)
            session.execute(insert(Deal), deals)
    with house.database.migration() as connection:
        connection.exec_driver_sql("ANALYZE")


def _lead(seed: dict[str, Any], number: int, at: datetime, sold: bool) -> dict[str, Any]:
    return {
        **seed, "id": number, "company": f"B{number}", "company_key": f"b{number}", "phone": None, "phone_index": None,
        "email": None, "email_index": None, "captured_at": at, "marketing_at": at if number % 5 else None,
        "touched_at": at + timedelta(hours=1 + number % 40), "sales_at": at + timedelta(days=2) if number % 2 else None,
        "won_at": at + timedelta(days=9) if sold else None, "state": "won" if sold else "working",
        "merged_into_id": None,
    }  # fmt: skip
