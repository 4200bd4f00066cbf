"""What a draft says otherwise than the version it would follow, row by row, and whom that concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.authority import checks
from core.authority.document import ListDraft
from core.authority.document.formatting import duty_row, entry_row, kpi_row
from core.authority.drafting import draft_of
from core.authority.models import PublishedList
from core.base import clock
from core.base.text import Text, catalogue, current_locale
from core.db import guard
from core.db.dated import as_of
from core.kernel.house import of
from core.kernel.registry import Registry
from core.org.models import Assignment, Position

_ = catalogue("workflow")

_MARK = [("authority.list:publish", "core_assignment")]


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A row that is new, gone or other: where it stands (``FIN-MGR.A2``) and what is said of it."""

    place: str
    post: str | None
    text: Text


def standing(session: Session, unit_id: int | None) -> ListDraft | None:
    """What the last published version of a list says; None before the first one."""
    own = PublishedList.unit_id.is_(None) if unit_id is None else PublishedList.unit_id == unit_id
    found = session.scalars(
        select(PublishedList).where(own).order_by(PublishedList.version.desc()).limit(1)
    ).one_or_none()
    return draft_of(session, found) if found is not None else None


def compare(session: Session, before: ListDraft | None, after: ListDraft) -> list[Otherwise]:
    """Duties, entries and targets that a draft says otherwise, post by post."""
    registry = of(session).registry
    was, will = _rows(registry, before) if before is not None else {}, _rows(registry, after)
    found = []
    for key in dict.fromkeys([*will, *was]):
        post, code = key
        old, new = was.get(key), will.get(key)
        if old == new:
            continue
        place = f"{post or 'ALL'}.{code}"
        if new is None:
            text = _("no more: {title}", title=_title(old or {}))
        elif old is None:
            text = _("new: {title}", title=_title(new))
        else:
            text = _("{title}; {words}", title=_title(new), words="; ".join(_words(old, new)))
        found.append(Otherwise(place, post, text))
    return found


def _rows(registry: Registry, draft: ListDraft) -> dict[tuple[str | None, str], Mapping[str, Any]]:
    # How an entry is used is named by what was published and may be left to its action by a draft.
    entries = [replace(row, power=checks.power(registry, row)) for row in draft.entries]
    told: Iterable[tuple[Any, Any]] = (
        *((row, duty_row(row)) for row in draft.duties), *((row, entry_row(row)) for row in entries),
        *((row, kpi_row(row)) for row in draft.kpis),
    )
    return {(row.position, row.code): said for row, said in told}


def _title(row: Mapping[str, Any]) -> str:
    said = row.get("title") or row.get("text") or row.get("metric") or ""
    if isinstance(said, Mapping):
        return str(said.get("zh" if current_locale() == "zh_CN" else "en") or next(iter(said.values()), ""))
    return str(said)


def _words(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """The words of a row that differ, as the document has them; titles are told before."""
    return [
        f"{name}: {_said(old.get(name))} → {_said(new.get(name))}"
        for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name) and name not in ("title", "text")
    ]  # fmt: skip


def _said(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {said}" for name, said in value.items())
    return str(value) if value is not None else "–"


def holders(session: Session, codes: Iterable[str | None]) -> int | None:
    """How many people hold one of some posts today; None where a row speaks of everybody."""
    wanted = set(codes)
    if None in wanted:
        return None
    if not wanted:
        return 0
    held: Sequence[Any] = session.scalars(guard.mark(
        select(func.count(Assignment.person_id.distinct())).join(Position, Position.id == Assignment.position_id)
        .where(Position.code.in_(sorted(str(code) for code in wanted)), as_of(Assignment, clock.today())), _MARK,
    )).all()  # fmt: skip
    return int(held[0])
