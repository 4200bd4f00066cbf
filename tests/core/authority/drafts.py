"""Lists of every shape with unpleasant texts, for what must be the same after writing and reading."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from hypothesis import strategies as st

from core.authority.document import (
    BoundaryDraft,
    DutyDraft,
    EntryDraft,
    ExpectationDraft,
    KpiDraft,
    ListDraft,
    SeparationDraft,
)
from core.db.types import Translation

#: What no text of a list may hold, and the two ways of parting lines that are written as one.
_NEVER = "".join(map(chr, (*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xFFFE, 0xFFFF)))
UGLY = (
    "=SUM(A1)", "+1", "-1", "@cmd", "'quoted", "''", '"', "\\", "yes", "no", "null", "~", "12:30", "1e3", "0x10",
    "2026-01-01", "a: b", "a #b", "# a", "- a", "{a}", "[a", "a, b", "%", "&a", "*a", "!a", "|", ">", "`", "?", "<<",
    "=", "全体", "everybody", "两\n行", "a\tb", "《办法》〔2026〕3号", "“引”", "x\u2028y", "\u00a0", "a\ufeffb",
    "_x0041_", "𠀀", "<a&b>", "1,000", "3.0", "true", "---", "a:", "；", ";", "不限", "Ω\u0301", "a\u3000b",
    "_x000D_", "x005F_",
)


def _clean(text: str) -> str:
    return text.replace("\r", "").strip()


def texts(most: int, *, lines: bool = False, never: str = "") -> st.SearchStrategy[str]:
    """Texts of at least one sign, as a list keeps them: nothing around them; one line unless told otherwise."""
    out = _NEVER + never + ("" if lines else "\n")
    found = st.one_of(
        st.sampled_from(UGLY), st.text(st.characters(exclude_categories=["Cs"], exclude_characters=out), max_size=most)
    ).map(_clean)
    return found.filter(lambda text: 0 < len(text) <= most and not set(text) & set(out))


CODES = texts(12).filter(lambda code: code not in ("everybody", "unit", "list", "全体", "本单位"))
UNITS = texts(12, never=",;，；、()")
TITLES = st.builds(
    lambda chinese, english, which: Translation(
        {"zh_CN": chinese} if which == 0 else {"en": english} if which == 1 else {"zh_CN": chinese, "en": english}),
    texts(60, lines=True), texts(60, lines=True), st.integers(0, 2),
)
NAMES = st.from_regex(re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,8}", re.ASCII), fullmatch=True)
FACTS = st.dictionaries(NAMES, texts(20), min_size=1, max_size=3)
ACTIONS = st.sampled_from(["crm.spend:approve", "person.record:read", "a.*:b", "*.noun:verb", "org.staffing:adjust"])
MINOR = st.one_of(st.integers(0, 200), st.integers(0, 10**16))
PERIODS = st.sampled_from(["day", "week", "month", "quarter", "year"])


def maybe(values: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    """A value or none."""
    return st.none() | values


SPLITS: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.builds(
        lambda names, days: {"split_by": "+".join(names), "split_days": days},
        st.lists(st.sampled_from(["payee", "category", "unit"]), min_size=1, max_size=3), st.integers(1, 366),
    ),
)


@st.composite
def entries(draw: st.DrawFn, code: str, position: str | None) -> EntryDraft:
    """An entry of a post, a grant or a prohibition."""
    scope = draw(st.sampled_from(["self", "reports", "unit", "subtree", "company", "all"]))
    unit = draw(maybe(UNITS)) if scope in ("unit", "subtree", "company") else None
    common: dict[str, Any] = dict(
        code=code, position=position, action=draw(ACTIONS), title=draw(TITLES), scope=scope, scope_unit=unit,
        duty=draw(maybe(CODES)), basis=draw(maybe(texts(80, lines=True))), by_acting=draw(st.booleans()),
    )
    if draw(st.booleans()):
        return EntryDraft(**common, effect="prohibit", conditions=draw(st.none() | FACTS))
    limit, cap = draw(st.none() | MINOR), draw(st.none() | MINOR)
    money = limit is not None or cap is not None
    return EntryDraft(
        **common, limit_minor=limit, cap_minor=cap, cap_period=draw(PERIODS) if cap is not None else None,
        currency=draw(st.sampled_from(["CNY", "USD", "EUR", "SGD", "HKD", "GBP"])) if money else None,
        **draw(SPLITS if limit is not None else st.just({})),
        conditions=draw(st.none() | FACTS), delegable=draw(st.booleans()),
        needs_second=draw(st.none() | st.integers(2, 9)),
        power=draw(st.sampled_from(["", "decide", "propose", "cosign", "review", "do", "read"])),
    )


@st.composite
def kpis(draw: st.DrawFn, code: str, position: str) -> KpiDraft:
    """A target; percentages with at most four decimals, as they are written."""
    unit = draw(st.sampled_from(["count", "of5", "percent", "=x"]))
    return KpiDraft(
        code, position, draw(TITLES), draw(texts(20)),
        draw(st.one_of(st.integers(0, 10**7), st.integers(0, 10**18 - 1))),
        draw(st.sampled_from(["at_least", "at_most"])), unit, draw(PERIODS), draw(st.none() | st.integers(0, 100)),
        draw(maybe(CODES)),
    )


@st.composite
def duties(draw: st.DrawFn, code: str, position: str | None) -> DutyDraft:
    """A duty of a post or of the unit."""
    return DutyDraft(code, position, draw(TITLES), draw(st.sampled_from("RACI")), draw(maybe(texts(20))))


@st.composite
def other_expectations(draw: st.DrawFn) -> ExpectationDraft:
    """An expectation about the way of a question, all who may decide it, or the units a post sees."""
    kind = draw(st.sampled_from(["route", "who_can", "list"]))
    found = draw(st.lists(UNITS, max_size=2, unique=True))
    return ExpectationDraft(
        draw(CODES) if kind == "list" else None, draw(st.sampled_from(["crm.spend:approve", "person.record:read"])),
        {} if kind == "list" else draw(st.one_of(st.just({}), FACTS)), kind=kind,
        found=tuple(found if kind == "route" else sorted(found)),
    )


@st.composite
def separations(draw: st.DrawFn, code: str) -> SeparationDraft:
    """A rule that keeps actions apart: two or more of them, or one and a number of months."""
    kind = draw(st.sampled_from(["person_holds", "same_object", "tenure"]))
    least = 1 if kind == "tenure" else 2
    return SeparationDraft(
        code, kind, tuple(draw(st.lists(ACTIONS, min_size=least, max_size=4, unique=True))),
        draw(st.integers(0, 600)) if kind == "tenure" else None, draw(st.sampled_from(["high", "medium", "low"])),
        draw(maybe(texts(80, lines=True))),
    )


@st.composite
def lists(draw: st.DrawFn) -> ListDraft:
    """A list in reading order: the unit's own rows, then post by post, what is allowed before what is prohibited."""
    found_duties: list[DutyDraft] = []
    found_entries: list[EntryDraft] = []
    found_kpis: list[KpiDraft] = []

    def codes() -> list[str]:
        return draw(st.lists(CODES, max_size=2, unique=True))

    for position in (None, *draw(st.lists(CODES, max_size=3, unique=True))):
        found_duties += [draw(duties(code, position)) for code in codes()]
        held = [draw(entries(code, position)) for code in codes()]
        found_entries += sorted(held, key=lambda entry: entry.effect == "prohibit")
        if position is not None:
            found_kpis += [draw(kpis(code, position)) for code in codes()]
    boundaries = tuple(
        BoundaryDraft(code, draw(texts(20)), draw(UNITS), tuple(sorted(draw(st.sets(UNITS, max_size=3)))), draw(TITLES))
        for code in codes()
    )
    tests = tuple(
        ExpectationDraft(
            draw(CODES), draw(st.sampled_from(["crm.spend:approve", "person.record:read"])),
            draw(st.one_of(st.just({}), FACTS)), allow, draw(maybe(texts(20))) if allow else None,
            None if allow else draw(maybe(texts(20))),
        )
        for allow in draw(st.lists(st.booleans(), max_size=2))
    ) + tuple(draw(st.lists(other_expectations(), max_size=1)))
    return ListDraft(
        draw(maybe(UNITS.filter(lambda unit: unit != "-"))), draw(st.integers(0, 2**31 - 1)),
        draw(st.dates(date(1900, 1, 1), date(9998, 12, 31))), tuple(found_duties), tuple(found_entries),
        tuple(found_kpis), boundaries, draw(maybe(texts(80, lines=True))), tests,
        tuple(draw(separations(code)) for code in codes()),
    )
