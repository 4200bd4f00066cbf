"""Saying an authority entry: scope, limit and cap as people write them on a job description."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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
    if entry.cap_minor is None or entry.cap_period is None:
        return _("up to {amount}", amount=_amount(entry, entry.limit_minor)) if entry.limit_minor is not None else ""
    total, period = _amount(entry, entry.cap_minor), CAP_WORDS[entry.cap_period]
    if entry.limit_minor is None:
        return _("{total} {period} in total", total=total, period=period)
    amount = _amount(entry, entry.limit_minor)
    return _("up to {amount} an item, {total} {period}", amount=amount, total=total, period=period)


def conditions(entry: AuthorityEntry, named: Callable[[str, str], Text | str]) -> str:
    """What must be the case besides; ``named(action, attribute)`` says what an attribute is called."""
    return str(_("; ")).join(
        f"{named(entry.action, name)}{_(': {what}', what=text)}" for name, text in (entry.conditions or {}).items()
    )


def _amount(entry: AuthorityEntry, minor: int) -> str:
    return format_money(minor, currency=entry.currency or "CNY", symbol=True).removesuffix(".00")


def target(kpi: KpiTarget) -> Text | str:
    """The target with its comparison, such as at least 20%."""
    scaled = kpi.target * 100 if kpi.unit == "percent" else kpi.target
    whole, rest = divmod(scaled, 10**6)
    number = f"{whole:,}" + (f".{rest:06d}".rstrip("0") if rest else "")
    shown = f"{number}%" if kpi.unit == "percent" else number
    if kpi.comparison == "at_most":
        return _("at most {target}", target=shown)
    return _("at least {target}", target=shown)
