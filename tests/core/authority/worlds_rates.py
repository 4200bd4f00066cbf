"""What random worlds hold about currencies: rates around one, so that amounts come to lie at a limit, and policies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.authority.rates.models import ExchangeRate, RatePolicy
from tests.core.authority.plain import PolicyRow, RateRow, Thing, World
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


@st.composite
def rows(draw: st.DrawFn, day: date) -> RateRow:
    """A rate, often of the day itself or the day before."""
    base, quote, units, rate = draw(st.sampled_from(_PAIRS))
    start = draw(st.sampled_from([day, day, day - timedelta(days=1), *_DAYS]))
    end = draw(st.sampled_from([END, END, END, MOVE, CLOSE, day]))
    return RateRow(base, quote, units, rate, start, end if end > start else END)


policies = st.lists(
    st.builds(PolicyRow, st.sampled_from([START, START, MOVE]), st.sampled_from([0, 1, 1, 100, 1000, 1000, None])),
    min_size=1, max_size=2, unique_by=lambda row: row.start,
)


@st.composite
def drawn(draw: st.DrawFn, world: World) -> bool:
    """Rates in half of the worlds, mostly with a policy, and totals partly used up in other currencies."""
    if not draw(st.booleans()):
        return False
    world.rates = draw(st.lists(
        rows(world.day), min_size=1, max_size=5, unique_by=lambda row: (row.base, row.quote, row.start)
    ))  # fmt: skip
    world.policies = draw(policies) if draw(st.integers(0, 5)) else []
    world.abroad = {
        code: (draw(st.sampled_from([1, 999_999, 1_000_000])), draw(st.sampled_from(["USD", "JPY", "CNY"])))
        for code in (cited(world, entry) for entry in world.entries if entry.cap is not None)
        if draw(st.booleans())
    }
    return True


@st.composite
def turned(draw: st.DrawFn, world: World, thing: Thing) -> None:
    """A thing in the currency of some rate: the numbers of these worlds come to about the same in each."""
    if thing.currency == "CNY" and draw(st.booleans()):
        thing.currency = draw(st.sampled_from([one for row in world.rates for one in (row.base, row.quote)]))


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
