"""What random worlds hold about currencies: rates around one, so that amounts come to lie at a limit, and policies."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.authority.rates.models import ExchangeRate, RatePolicy
from tests.core.authority.plain import PolicyRow, RateRow, World
from tests.core.authority.reference import cited

START, MOVE, CLOSE, END = date(2025, 1, 1), date(2026, 6, 1), date(2026, 9, 1), date(9999, 1, 1)
#: What things are in; mostly what limits are in.
CURRENCIES = [None, "CNY", "CNY", "CNY", "CNY", "USD", "USD", "JPY", "KWD"]
_PAIRS = [
    *[("USD", "CNY", 1, rate) for rate in ("1", "1.0000001", "0.9999991", "2")],
    *[("CNY", "USD", 1, rate) for rate in ("1", "1.0000001", "0.9999999")],
    *[("JPY", "CNY", 100, rate) for rate in ("1", "1.0000001", "0.9999991")],
    *[("KWD", "CNY", 1, rate) for rate in ("10", "10.000001", "9.999991")],
]
_DAYS = [START, date(2026, 5, 31), MOVE, date(2026, 8, 31), CLOSE]

_rows = st.builds(
    lambda pair, start, end: RateRow(pair[0], pair[1], pair[2], pair[3], start, end if end > start else END),
    st.sampled_from(_PAIRS), st.sampled_from(_DAYS), st.sampled_from([END, END, MOVE, CLOSE]),
)
#: Each pair once a day, as the table has it.
rates = st.lists(_rows, min_size=1, max_size=6, unique_by=lambda row: (row.base, row.quote, row.start))
policies = st.lists(
    st.builds(PolicyRow, st.sampled_from([START, START, MOVE]), st.sampled_from([0, 1, 1, 100, 100, 1000, None])),
    min_size=1, max_size=2, unique_by=lambda row: row.start,
)


@st.composite
def draw_into(draw: st.DrawFn, world: World) -> World:
    """A world with rates in half of the cases, mostly with a policy, and totals partly used up in other currencies."""
    if draw(st.booleans()):
        world.rates = draw(rates)
        world.policies = draw(policies) if draw(st.integers(0, 3)) else []
        world.abroad = {
            code: (draw(st.sampled_from([1, 999_999, 1_000_000])), draw(st.sampled_from(["USD", "JPY", "CNY"])))
            for code in (cited(world, entry) for entry in world.entries if entry.cap is not None)
            if draw(st.booleans())
        }
    return world


def write(session: Session, world: World) -> None:
    """The same rows in the database."""
    since = datetime(2025, 1, 1, tzinfo=UTC)
    session.add_all(
        ExchangeRate(base=r.base, quote=r.quote, units=r.units, rate=int(Decimal(r.rate) * 10**10), valid_from=r.start,
                     valid_to=r.end, source="-", published_at=since)
        for r in world.rates
    )
    session.add_all(
        RatePolicy(valid_from=p.start, max_age_days=p.age, basis="-", set_at=since) for p in world.policies
    )
