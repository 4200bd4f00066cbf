"""What a decision table about leads says, read, checked and compiled.

    columns: [industry, staff]
    rows:    [{when: {industry: [internet], staff: "200+"}, then: {unit_id: 7, skill: enterprise}, note: {en: ...}}]

A row of a table of tags gives ``tag`` and its ``title``; a row of the table of assignment gives the team and, where one
is asked for, a skill. A cell that is missing takes every value, also one that a lead does not tell.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from plugins.crm.services.facts import FACTS, UNKNOWN, Vocabulary, scope
from plugins.crm.text import _
from remit.base import DomainError
from remit.formula import (
    COUNT,
    Condition,
    DecisionTable,
    FormulaError,
    Interval,
    Region,
    Rule,
    compile_table,
    enum,
    parse_interval,
)
from remit.text import LOCALES, Text, Translation, listed

#: The facts that a column may look at; how far a lead has come only decides who takes it.
TAG_FACTS = ("staff", "industry", "region", "product", "channel", "channel_kind")
ASSIGN_FACTS = (*TAG_FACTS, "level")
MOST_ROWS = 60
#: So many gaps and overlaps are told one by one.
SHOWN = 12


def facts_of(kind: str) -> tuple[str, ...]:
    """The facts that the columns of a kind of table may look at."""
    return ASSIGN_FACTS if kind == "assign" else TAG_FACTS


def checked(words: Vocabulary, kind: str, columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The content as it is stored, from what somebody wrote: cells and outcomes as texts, choices by code or title.

    Raises ``DomainError`` with the place (``rows.0.staff``) for a cell that cannot be read or an outcome that is none.
    Rows that overlap are kept as a draft; ``review`` tells of them, and they are refused when it is published.
    """
    wanted = list(dict.fromkeys(columns))
    if not wanted or not set(wanted) <= set(facts_of(kind)):
        raise DomainError("crm.columns", _("Choose what the columns look at."), "columns")
    if not rows:
        raise DomainError("crm.rows", _("Write at least one row."), "rows")
    if len(rows) > MOST_ROWS:
        raise DomainError("crm.rows", _("A table has at most {most} rows.", most=MOST_ROWS), "rows")
    made = []
    for place, row in enumerate(rows):
        when = {
            name: cell
            for name in wanted
            if (cell := _cell(words, name, str(row.get("when", {}).get(name) or ""), f"rows.{place}.{name}"))
        }
        made.append({"when": when, "then": _then(kind, row, f"rows.{place}"), "note": _texts(row.get("note"), 200)})
    data = {"columns": wanted, "rows": made}
    compiled(words, data)
    return data


def _cell(words: Vocabulary, name: str, written: str, place: str) -> Any:
    written = written.strip()
    if written in ("", "*"):
        return None
    if name == "staff":
        try:
            parse_interval(written, COUNT)
        except FormulaError as error:
            raise DomainError("crm.cell", error.message, place) from error
        return written
    known: dict[str, str] = {}
    for code in words.labels[name]:
        title = words.titles.get(name, {}).get(code)
        said = [code, *(title.values() if isinstance(title, Mapping) else [str(title)] if title else [])]
        known |= {str(one).strip().lower(): code for one in said}
    known |= {str(words.title(name, UNKNOWN)).lower(): UNKNOWN} if UNKNOWN in words.labels[name] else {}
    found = []
    for one in (part.strip() for part in written.replace("、", ",").replace("，", ",").split(",")):
        if one and one.lower() not in known:
            titles = [str(words.title(name, code)) for code in words.labels[name] if code != UNKNOWN]
            raise DomainError("crm.cell", _(
                "{value} is not one of {known}.", value=one, known=listed(titles[:SHOWN]) if titles else "–"
            ), place)  # fmt: skip
        if one:
            found.append(known[one.lower()])
    return sorted(set(found), key=words.labels[name].index)


def _then(kind: str, row: Mapping[str, Any], place: str) -> dict[str, Any]:
    then = row.get("then") or {}
    if kind == "assign":
        unit = then.get("unit_id")
        if not unit:
            raise DomainError("crm.team", _("Choose the team that takes these leads."), f"{place}.unit_id")
        return {"unit_id": int(unit), "skill": str(then.get("skill") or "").strip()[:40]}
    tag = str(then.get("tag") or "").strip()
    if not tag or len(tag) > 40:
        raise DomainError("crm.tag", _("Write the tag, at most 40 characters."), f"{place}.tag")
    return {"tag": tag, "title": _texts(then.get("title"), 80)}


def _texts(title: Any, longest: int) -> dict[str, str]:
    return {
        name: str(text).strip()[:longest]
        for name, text in (title or {}).items() if name in LOCALES and str(text or "").strip()
    }  # fmt: skip


def compiled(words: Vocabulary, data: Mapping[str, Any]) -> DecisionTable:
    """The table, ready to decide; the same table is compiled once."""
    return _compiled(json.dumps([data["columns"], [row["when"] for row in data["rows"]]], sort_keys=True), words.mark)


@lru_cache(maxsize=64)
def _compiled(text: str, mark: tuple[tuple[str, tuple[str, ...]], ...]) -> DecisionTable:
    names, rows = json.loads(text)
    labels = dict(mark)
    conditions = [
        Condition(name, name, COUNT if name == "staff" else enum(*labels[name]), low=0 if name == "level" else 1)
        for name in names
    ]
    rules = [Rule({name: _read(name, cell, labels) for name, cell in when.items()}, {}) for when in rows]
    return compile_table("leads", conditions, [], rules, scope(Vocabulary(labels, {}, {})))


def _read(name: str, cell: Any, labels: Mapping[str, tuple[str, ...]]) -> Any:
    if name != "staff":
        return frozenset(cell) & frozenset(labels[name])  # a word that is gone takes no lead
    found = parse_interval(cell, COUNT)
    # 0 stands for a size that is not told, which only a row without a cell takes.
    return Interval(1 if found.low is None else max(1, found.low), found.high)


# -- in words ----------------------------------------------------------------------------------------------------------


def review(words: Vocabulary, data: Mapping[str, Any]) -> tuple[list[Text], list[Text]]:
    """What forbids a table and what is worth knowing: rows that overlap, then cases that no row takes and rows that
    never come to apply."""
    found = compiled(words, data).review()
    wrong = [
        _("Rows {first} and {second} both take: {case}.", first=one.first + 1, second=one.second + 1,
          case=_case(words, data, one.region))
        for one in found.overlaps[:SHOWN]
    ]  # fmt: skip
    open_ = [_("No row takes: {case}.", case=_case(words, data, one)) for one in found.gaps[:SHOWN]]
    if len(found.gaps) > SHOWN:
        open_.append(_("{count} more cases are left out.", count=len(found.gaps) - SHOWN))
    dead = [_("Row {row} never applies: rows before it take all its cases.", row=one + 1) for one in found.unreachable]
    return wrong, [*open_, *dead]


def _case(words: Vocabulary, data: Mapping[str, Any], region: Region) -> Text | str:
    parts: list[Text] = []
    for name in data["columns"]:
        span = region.spans[name]
        if name == "staff":
            shown: Text | str = region.shown[name]
            if span.low <= 1 and span.high >= 10_000_000:
                continue
            if span.high >= 10_000_000:
                shown = f"≥ {span.low}"
        else:
            labels = words.labels[name]
            if span.low <= 1 and span.high >= len(labels) - 1 and len(data["columns"]) > 1:
                continue
            shown = listed([words.title(name, labels[place]) for place in range(span.low, span.high + 1)])
        parts.append(_("{fact} {value}", fact=FACTS[name], value=shown))
    return listed(parts) if parts else _("every lead")


def cell_in_words(words: Vocabulary, name: str, cell: Any) -> Text | str:
    """A stored cell as people read and write it; nothing where it takes all."""
    if cell is None:
        return ""
    if name == "staff":
        return str(cell)
    return "、".join(str(words.title(name, code)) for code in cell)


def outcome_in_words(row: Mapping[str, Any], units: Mapping[int, Any], kind: str) -> Text | str:
    """What a row comes to: its tag, or the team and the skill."""
    then = row["then"]
    if kind == "tag":
        return str(Translation(then["title"])) if then.get("title") else str(then["tag"])
    unit = str(units.get(then["unit_id"], "–"))
    if then.get("skill"):
        return _("{team}, who know {skill}", team=unit, skill=then["skill"])
    return unit
