"""Saying an authority entry: scope, limit and cap as people write them on a job description."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from core.authority.models import AuthorityEntry, KpiTarget
from core.base.money import format_money
from core.base.text import Text, catalogue, listed

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


SEPARATION_WORDS = {
    "person_holds": _("Not in one hand"), "same_object": _("Not on one object"),
    "same_lineage": _("Not on one object and what it came from"), "relation": _("Not for relatives"),
    "tenure": _("Not for too long"),
}

RISK_WORDS = {"high": _("High"), "medium": _("Medium"), "low": _("Low")}
#: What somebody is to somebody else.
RELATION_WORDS = {
    "spouse": _("Spouse"), "parent": _("Father or mother"), "child": _("Son or daughter"),
    "sibling": _("Brother or sister"), "relative": _("Another relative"), "interest": _("An interest"),
}


def kept_apart(kind: str, titles: Iterable[Text | str], months: int | None) -> Text:
    """The sentence of a rule that keeps duties apart, by what its actions are called."""
    actions = listed([_("“{title}”", title=title) for title in titles])
    if kind == "tenure":
        return _("Whoever does {actions} leaves the post after {count} month",
                 "Whoever does {actions} leaves the post after {count} months", actions=actions, count=months or 0)
    if kind == "same_object":
        return _("Nobody does two of these on the same object: {actions}", actions=actions)
    if kind == "same_lineage":
        return _("Nobody does two of these on the same object or on what it came from: {actions}", actions=actions)
    if kind == "relation":
        return _("Nobody does this for a relative, or for one in whom he has an interest: {actions}", actions=actions)
    return _("Nobody holds two of these: {actions}", actions=actions)


class Scoped(Protocol):
    """What has a scope: the row of an entry, or the entry as the engine uses it."""

    @property
    def scope(self) -> str: ...
    @property
    def scope_unit_id(self) -> int | None: ...


class Limited(Protocol):
    """What has a limit or a total: the row of an entry, or an entry as it is written."""

    @property
    def limit_minor(self) -> int | None: ...
    @property
    def currency(self) -> str | None: ...
    @property
    def cap_minor(self) -> int | None: ...
    @property
    def cap_period(self) -> str | None: ...


def scope(entry: Scoped, units: Mapping[int, str]) -> Text | str:
    """Where the entry holds; a named unit by its title."""
    if entry.scope_unit_id is None:
        return SCOPE_WORDS[entry.scope]
    name = units.get(entry.scope_unit_id)
    if name is None:
        return _("A unit that is not there on this day")
    if entry.scope == "company":
        return _("The company of {unit}", unit=name)
    return _("{unit} and below", unit=name) if entry.scope == "subtree" else name


def limit(entry: Limited) -> Text | str:
    """The most it allows: up to and including the number, and in total per period."""
    if entry.cap_minor is None or entry.cap_period is None:
        return _("up to {amount}", amount=_amount(entry, entry.limit_minor)) if entry.limit_minor is not None else ""
    total, period = _amount(entry, entry.cap_minor), CAP_WORDS[entry.cap_period]
    if entry.limit_minor is None:
        return _("{total} {period} in total", total=total, period=period)
    amount = _amount(entry, entry.limit_minor)
    return _("up to {amount} an item, {total} {period}", amount=amount, total=total, period=period)


def together(entry: AuthorityEntry, named: Callable[[str, str], Text | str]) -> Text | str:
    """What counts together with a case, against the limit; empty where nothing does."""
    if entry.split_by is None or entry.split_days is None:
        return ""
    names = listed([named(entry.action, name) for name in entry.split_by.split("+")])
    return _("the same {names}, within {count} day", "the same {names}, within {count} days", names=names,
             count=entry.split_days)  # fmt: skip


def several(entry: AuthorityEntry) -> Text | str:
    """How many must agree, where one is not enough."""
    if entry.needs_second is None:
        return ""
    return _("{count} person", "{count} people", count=entry.needs_second)


def agreeing(entry: AuthorityEntry) -> Text | str:
    """That several must agree, within a sentence; empty where one is enough."""
    many = several(entry)
    return _("{many} must agree", many=many) if many else ""


def emergency(entry: AuthorityEntry) -> Text | str:
    """How long it is open for an emergency; empty for what is for every day."""
    if entry.break_hours is None:
        return ""
    return _("dormant; its holder opens it for {count} hour", "dormant; its holder opens it for {count} hours",
             count=entry.break_hours)  # fmt: skip


def with_several(entry: AuthorityEntry) -> Text | str:
    """The most it allows, how many must agree, and whether it is dormant."""
    said = [limit(entry), agreeing(entry), emergency(entry)]
    found = [one for one in said if one]
    return found[0] if len(found) == 1 else str(_("; ")).join(map(str, found))


def item(entry: Limited) -> Text | str:
    """The most for one decision, alone; nothing where there is no limit."""
    return _("up to {amount}", amount=_amount(entry, entry.limit_minor)) if entry.limit_minor is not None else ""


def total(entry: Limited) -> Text | str:
    """The most over a period, alone; nothing where nothing is added up."""
    if entry.cap_minor is None or entry.cap_period is None:
        return ""
    return _("{total} {period}", total=_amount(entry, entry.cap_minor), period=CAP_WORDS[entry.cap_period])


class Named(Protocol):
    """What attributes and their values are called where an action is asked."""

    def named(self, action: str, attribute: str) -> Text | str: ...
    def meant(self, action: str, attribute: str, text: str) -> Text | str: ...


def conditions(entry: AuthorityEntry, words: Named) -> str:
    """What must be the case besides."""
    return str(_("; ")).join(
        f"{words.named(entry.action, name)}{_(': {what}', what=words.meant(entry.action, name, text))}"
        for name, text in (entry.conditions or {}).items()
    )


def _amount(entry: Limited, minor: int) -> str:
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
