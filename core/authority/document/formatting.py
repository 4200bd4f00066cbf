"""The one way a list is written as YAML: reading it gives the same list, and writing that gives the same text.

Every row stands on one line where it fits, so that two versions compare line by line; texts are plain where YAML could
not read them as anything else, and quoted otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import yaml

from core.authority.document.drafts import (
    BoundaryDraft,
    DutyDraft,
    EntryDraft,
    ExpectationDraft,
    KpiDraft,
    ListDraft,
    SeparationDraft,
)
from core.base.money import format_money
from core.db.types import Translation

WIDTH = 120
_RESOLVER = yaml.resolver.Resolver()
#: Texts that are written without quotes: they begin with a letter, a digit or an opening bracket of Chinese texts, and
#: hold no sign with a meaning of its own in YAML.
_PLAIN = re.compile(r"[^\W_《〔（“]?[\w《》〔〕（）“”、。；：，？！· .%()/+*<>=-]*")
_LATER = " .%*/+<>=-)_》〕）”、。；：，？！·"

Row = Mapping[str, Any]


class Number(str):
    """A number as a list has it, which is no text that could be taken for one."""

    __slots__ = ()


def format_list(draft: ListDraft, *, head: Sequence[str] = ()) -> str:
    """A list as canonical YAML; ``head`` are comment lines (with their ``#``) that stand above it."""
    draft = in_reading_order(draft)
    lines = [*head, f"list: {_scalar(draft.unit or '-')}", f"version: {draft.version}",
             f'effective_from: "{draft.effective_from.isoformat()}"']
    if draft.basis:
        lines.append(f"basis: {_scalar(draft.basis)}")
    for holder, indent in ((None, ""), *((post, "  ") for post in posts(draft))):
        if holder is not None and "positions:" not in lines:
            lines.append("positions:")
        lines += _holder(draft, holder, indent)
    lines += _kind("boundaries", {row.code: _boundary(row) for row in draft.boundaries}, "")
    lines += _kind("separation", {row.code: separation_row(row) for row in draft.separation}, "")
    if draft.tests:
        lines.append("tests:")
        for row in draft.tests:
            lines.append(f"  - {_flow(expectation_row(row))}")
    return "\n".join(lines) + "\n"


def in_reading_order(draft: ListDraft) -> ListDraft:
    """The same list with its rows in the order in which they are read: post by post, grants before prohibitions."""
    place = {post: number for number, post in enumerate(posts(draft))}

    def of(row: DutyDraft | EntryDraft | KpiDraft) -> int:
        return place[row.position] if row.position is not None else -1

    return replace(
        draft, duties=tuple(sorted(draft.duties, key=of)), kpis=tuple(sorted(draft.kpis, key=of)),
        entries=tuple(sorted(draft.entries, key=lambda row: (of(row), row.effect == "prohibit"))),
    )


def posts(draft: ListDraft) -> list[str]:
    """The posts of a list, in an order in which duties, entries and targets each keep their own."""
    rows: tuple[Sequence[DutyDraft | EntryDraft | KpiDraft], ...] = (draft.duties, draft.entries, draft.kpis)
    orders = [list(dict.fromkeys(row.position for row in part if row.position is not None)) for part in rows]
    found: list[str] = []
    left = list(dict.fromkeys(post for order in orders for post in order))
    while left:
        # Next is a post that no order still waits for another before; orders that contradict each other take turns.
        heads = [next((post for post in order if post in left), None) for order in orders]
        chosen = next(
            (post for post in left if all(post not in order or post == first
                                          for order, first in zip(orders, heads, strict=True))), left[0])
        found.append(chosen)
        left.remove(chosen)
    return found


def _holder(draft: ListDraft, holder: str | None, indent: str) -> Iterator[str]:
    duties = {row.code: duty_row(row) for row in draft.duties if row.position == holder}
    entries = {row.code: entry_row(row) for row in draft.entries if row.position == holder}
    if holder is None:
        for name, kind, rows in (("unit", "duties", duties), ("everybody", "authority", entries)):
            if rows:
                yield f"{name}:"
                yield from _kind(kind, rows, "  ")
        return
    yield f"{indent}{_scalar(holder)}:"
    yield from _kind("duties", duties, f"{indent}  ")
    yield from _kind("authority", entries, f"{indent}  ")
    yield from _kind("assessment", {row.code: kpi_row(row) for row in draft.kpis if row.position == holder},
                     f"{indent}  ")


def _kind(name: str, rows: Mapping[str, Row], indent: str) -> Iterator[str]:
    if not rows:
        return
    yield f"{indent}{name}:"
    for code, row in rows.items():
        line = f"{indent}  {_scalar(code)}: {_flow(row)}"
        if len(line) <= WIDTH:
            yield line
            continue
        yield f"{indent}  {_scalar(code)}:"
        for key, value in row.items():
            yield f"{indent}    {key}: {_flow(value)}"


# -- rows as they are written: what is the default is left out -------------------------------------------------------


def duty_row(row: DutyDraft) -> Row:
    """A duty as the document has it."""
    return _said({"text": _text(row.text), "raci": row.raci if row.raci != "R" else None, "matter": row.matter})


def entry_row(row: EntryDraft) -> Row:
    """An entry as the document has it."""
    return _said({
        "cannot" if row.effect == "prohibit" else "can": row.action,
        "title": _text(row.title),
        "in": f"{row.scope}({row.scope_unit})" if row.scope_unit else row.scope,
        "when": dict(sorted((row.conditions or {}).items())) or None,
        "up_to": amount(row.limit_minor, row.currency) if row.limit_minor is not None else None,
        "cap": f"{amount(row.cap_minor, row.currency)}/{row.cap_period}" if row.cap_minor is not None else None,
        "split_guard": split_guard(row.split_by, row.split_days),
        "needs_second": Number(row.needs_second) if row.needs_second is not None else None,
        "break_glass": f"{row.break_hours}h" if row.break_hours is not None else None,
        "power": row.power or None,
        "duty": row.duty,
        "basis": row.basis,
        "delegable": "yes" if row.delegable else None,
        "by_acting": None if row.by_acting else "no",
        "grantable": "yes" if row.grantable else None,
    })


def split_guard(by: str | None, days: int | None) -> str | None:
    """What counts together, as it is written: ``payee+category/30d``."""
    return f"{by}/{days}d" if by and days is not None else None


def kpi_row(row: KpiDraft) -> Row:
    """A target as the document has it."""
    target, unit = target_words(row)
    return _said({
        "title": _text(row.title), "metric": row.metric, row.comparison: target, "unit": unit,
        "per": row.period if row.period != "month" else None,
        "weight": Number(row.weight) if row.weight is not None else None, "duty": row.duty,
    })


def target_words(row: KpiDraft) -> tuple[str, str | None]:
    """A target as written, and its unit where it must be said."""
    percent = row.unit == "percent"
    number = _decimal(row.target * 100 if percent else row.target)
    if percent and len(number.partition(".")[0]) <= 12:
        return Number(f"{number}%"), None
    return Number(_decimal(row.target)), row.unit if row.unit != "count" else None


def _boundary(row: BoundaryDraft) -> Row:
    return _said({
        "matter": row.matter, "lead": row.lead, "support": list(row.support) or None, "text": _text(row.text),
    })


def separation_row(row: SeparationDraft) -> Row:
    """A rule that keeps actions apart as the document has it."""
    return _said({
        row.kind: list(row.actions), "months": Number(row.months) if row.months is not None else None,
        "risk": row.risk if row.risk != "medium" else None, "basis": row.basis,
    })


def expectation_row(row: ExpectationDraft) -> Row:
    """An expectation as the document has it."""
    if row.kind == "list":
        return {"list": row.action, "as": row.post, "expect_units": list(row.found)}
    if row.kind != "can":
        return _said({
            row.kind: row.action, "resource": dict(sorted(row.resource.items())) or None, "expect": list(row.found),
        })
    return _said({
        "as": row.post, "can": row.action, "resource": dict(sorted(row.resource.items())) or None,
        "expect": "allow" if row.allow else "deny", "cite": row.cite, "code": row.code,
    })


def amount(minor: int, currency: str | None) -> str:
    """An amount as a list has it: plain, with the decimals of its currency and its code."""
    return f"{format_money(minor, currency=currency or 'CNY').replace(',', '')} {currency}"


def _decimal(millionths: int) -> str:
    whole, rest = divmod(millionths, 10**6)
    return f"{whole}" + (f".{rest:06d}".rstrip("0") if rest else "")


def _text(text: Translation) -> Any:
    said = {("zh" if locale == "zh_CN" else locale): text[locale] for locale in ("zh_CN", "en") if locale in text}
    return said["zh"] if list(said) == ["zh"] else said


def _said(row: Mapping[str, Any]) -> Row:
    return {key: value for key, value in row.items() if value is not None}


# -- YAML ------------------------------------------------------------------------------------------------------------


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + _joined(value) + "]"
    return str(value) if isinstance(value, Number) else _scalar(value)


def _joined(values: Iterable[Any]) -> str:
    return ", ".join(_flow(value) for value in values)


def _scalar(text: str) -> str:
    """A text as YAML: plain where every reader of YAML takes it for this text, else in double quotes."""
    if text and _PLAIN.fullmatch(text) and text[0] not in _LATER and not text.endswith(" "):
        tag = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
        if tag == "tag:yaml.org,2002:str" or text in ("yes", "no"):
            return text
    return '"' + "".join(_escaped(sign) for sign in text) + '"'


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return f"\\{sign}"
    if sign == "\n":
        return "\\n"
    if sign.isprintable():
        return sign
    number = ord(sign)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
