"""What this plugin adds: one country pack."""

from __future__ import annotations

from datetime import date

from plugins.country_cn.country import country as pack
from plugins.country_cn.leave import entitlements
from plugins.country_cn.overtime import overtime_law
from plugins.country_cn.text import _
from remit.contracts import Country, LeaveAsk, OvertimeLaw, Table
from remit.specs import Module, hookimpl

module = Module(name="country_cn", title=_("Mainland China"), package="plugins.country_cn", version="0.1.0")


@hookimpl
def register_country() -> Country:
    """Mainland China: tax, social insurance, holidays, identity numbers and files."""
    return pack()


@hookimpl
def give_leave_entitlements(ask: LeaveAsk) -> Table | None:
    """Annual leave by cumulative years of work."""
    return entitlements(ask)


@hookimpl
def give_overtime_law(country: str, day: date) -> OvertimeLaw | None:
    """What overtime is paid, what bounds it, and when time off may compensate it."""
    return overtime_law(country, day)
