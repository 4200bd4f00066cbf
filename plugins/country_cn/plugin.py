"""What this plugin adds: one country pack."""

from __future__ import annotations

from plugins.country_cn.country import country
from plugins.country_cn.leave import entitlements
from plugins.country_cn.text import _
from remit.contracts import Country, LeaveAsk, Table
from remit.specs import Module, hookimpl

module = Module(name="country_cn", title=_("Mainland China"), package="plugins.country_cn", version="0.1.0")


@hookimpl
def register_country() -> Country:
    """Mainland China: tax, social insurance, holidays, identity numbers and files."""
    return country()


@hookimpl
def give_leave_entitlements(ask: LeaveAsk) -> Table | None:
    """Annual leave by cumulative years of work."""
    return entitlements(ask)
