"""Saying an authority entry: scope, limit and cap as people write them on a job description."""

from __future__ import annotations

from collections.abc import Mapping

from core.authority.models import AuthorityEntry, KpiTarget
from core.base.money import format_money
from core.base.text import Text, catalogue

_ = catalogue("authority")

SCOPE_WORDS = {
    "self": _("Himself"),
    "reports": _("Direct reports"),
    "unit": _("Own unit"),
    "subtree": _("Own unit and below"),
    "company": _("The company"),
    "all": _("Everywhere"),
}

POWER_WORDS = {
    "decide": (_("Decides"), "ok"),
    "propose": (_("Proposes"), "info"),
    "cosign": (_("Co-signs"), "warn"),
    "review": (_("Reviews"), "info"),
    "do": (_("Handles"), "ok"),
    "read": (_("Sees"), ""),
}

CAP_WORDS = {
    "day": _("a day"), "week": _("a week"), "month": _("a month"), "quarter": _("a quarter"), "year": _("a year"),
}


def scope(entry: AuthorityEntry, units: Mapping[int, str]) -> Text | str:
    """Where the entry holds; a named unit by its title."""
    if entry.scope_unit_id is not None and entry.scope_unit_id in units:
        name = units[entry.scope_unit_id]
        return _("{unit} and below", unit=name) if entry.scope == "subtree" else name
    return SCOPE_WORDS[entry.scope]


def limit(entry: AuthorityEntry) -> Text | str:
    """The most it allows: up to and including the number, and in total per period."""
    if entry.limit_minor is None:
        return ""
    amount = format_money(entry.limit_minor, currency=entry.currency or "CNY", symbol=True).removesuffix(".00")
    if entry.cap_minor is None or entry.cap_period is None:
        return _("up to {amount}", amount=amount)
    total = format_money(entry.cap_minor, currency=entry.currency or "CNY", symbol=True).removesuffix(".00")
    return _("up to {amount} an item, {total} {period}", amount=amount, total=total, period=CAP_WORDS[entry.cap_period])


def target(kpi: KpiTarget) -> Text | str:
    """The target with its comparison, such as at least 20%."""
    scaled = kpi.target * 100 if kpi.unit == "percent" else kpi.target
    whole, rest = divmod(scaled, 10**6)
    number = f"{whole:,}" + (f".{rest:06d}".rstrip("0") if rest else "")
    shown = f"{number}%" if kpi.unit == "percent" else number
    if kpi.comparison == "at_most":
        return _("at most {target}", target=shown)
    return _("at least {target}", target=shown)
