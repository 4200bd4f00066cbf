"""What the law gives in leave, for many people at once."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np

from plugins.country_cn.data import read
from plugins.country_cn.rules.annual_leave import AnnualLeave, Tier
from remit.contracts import UNKNOWN, LeaveAsk, Table

#: The code of the type of leave.
ANNUAL = "annual"


@lru_cache(maxsize=1)
def annual_leave() -> AnnualLeave:
    """The numbers of annual leave as the data file has them."""
    node = read("national.yaml")["annual_leave"].only(
        {"source", "confidence", "from", "eligible_months", "year_days", "month_days", "bands", "personal_days"}
    )
    node["source"].text()
    node["confidence"].confidence()
    tiers = [
        Tier(one["from_years"].number("count"), one["days"].number("days"), one["sick_months"].number("count"))
        for one in (band.only({"from_years", "days", "sick_months"}) for band in node["bands"].items())
    ]
    return AnnualLeave(
        tiers, node["eligible_months"].number("count"), node["year_days"].number("count"),
        node["month_days"].number("count"), node["personal_days"].number("days"),
    )  # fmt: skip


def entitlements(ask: LeaveAsk) -> Table | None:
    """Annual leave of those who are employed in mainland China and whose first day of work is known; others are left
    out, which says nothing about them. The law began in 2008.
    """
    law, began = annual_leave(), read("national.yaml")["annual_leave"]["from"].day()
    here = np.array([code == "CN" for code in ask.countries], dtype=np.bool_) & (ask.since != UNKNOWN)
    if ask.year.start < began or not here.any():
        return None
    columns = (ask.since, ask.hired, ask.left, ask.sick, ask.personal)
    days = [
        law.entitlement(
            ask.year.start.year, date.fromordinal(since), date.fromordinal(hired), date.fromordinal(left),
            sick=sick, personal=personal,
        )
        for since, hired, left, sick, personal in zip(*(column[here].tolist() for column in columns), strict=True)
    ]  # fmt: skip
    return Table("country_cn", ask.ids[here], {ANNUAL: np.array(days, dtype=np.int64)}, {ANNUAL: "days"})
