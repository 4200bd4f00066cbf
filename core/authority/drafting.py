"""From a published list back to what its file says, so that it can be exported, changed and published again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority import checks
from core.authority.document import (
    BoundaryDraft,
    DutyDraft,
    EntryDraft,
    ExpectationDraft,
    KpiDraft,
    ListDraft,
    SeparationDraft,
    located,
)
from core.authority.document.formatting import in_reading_order, posts
from core.authority.models import (
    AuthorityEntry,
    Boundary,
    BoundarySupport,
    Duty,
    KpiTarget,
    PublishedList,
    SeparationRule,
)
from core.base.errors import Problem
from core.base.text import catalogue
from core.db.dated import as_of
from core.kernel.house import of as house_of
from core.kernel.registry import Registry
from core.org.models import Position, PositionVersion, Unit

_ = catalogue("authority")


def draft_of(session: Session, published: PublishedList) -> ListDraft:
    """What a published list says, as a draft: publishing it elsewhere gives the same list.

    How an entry is used is named, whether its file named it or left it to the action, except where an action it names
    could not be given in that word. An entry of an account (the bootstrap entry of a new installation) is no part of
    any file and left out.
    """
    units = {key: code for key, code in session.execute(select(Unit.id, Unit.code))}
    codes = {key: code for key, code in session.execute(select(Position.id, Position.code))}
    registry = house_of(session).registry

    def rows(model: Any, *more: Any) -> Any:
        return session.scalars(select(model).where(model.list_id == published.id, *more).order_by(model.id)).all()

    def post(position_id: int | None) -> str | None:
        return codes[position_id] if position_id is not None else None

    entries = [
        EntryDraft(
            row.code, post(row.position_id), row.action, row.title, row.scope,
            units[row.scope_unit_id] if row.scope_unit_id is not None else None, row.effect, row.limit_minor,
            row.currency, row.cap_minor, row.cap_period, row.split_by, row.split_days, row.conditions or None,
            _power(registry, row), row.duty_code, row.basis, row.delegable, row.by_acting,
            row.grantable, row.needs_second, row.break_hours,
        )
        for row in rows(AuthorityEntry, AuthorityEntry.account_id.is_(None))
    ]
    return in_reading_order(ListDraft(
        units[published.unit_id] if published.unit_id is not None else None, published.version,
        published.effective_from,
        duties=tuple(
            DutyDraft(row.code, post(row.position_id), row.text, row.raci, row.matter)
            for row in sorted(rows(Duty), key=lambda duty: duty.order)
        ),
        entries=tuple(entries),
        kpis=tuple(
            KpiDraft(row.code, codes[row.position_id], row.title, row.metric, row.target, row.comparison, row.unit,
                     row.period, row.weight, row.duty_code)
            for row in rows(KpiTarget)
        ),
        boundaries=tuple(
            BoundaryDraft(row.code, row.matter, units[row.lead_unit_id], _support(session, row.id), row.text)
            for row in rows(Boundary)
        ),
        separation=tuple(
            SeparationDraft(row.code, row.kind, tuple(row.actions), row.months, row.risk, row.basis)
            for row in rows(SeparationRule)
        ),
        tests=tuple(
            ExpectationDraft(**{**one, "found": tuple(one["found"])}) for one in published.tests or ()
        ),
        basis=published.basis, source=published.source,
    ))


def names_of_posts(session: Session, draft: ListDraft, day: date) -> dict[str, str]:
    """What the posts of a list are called on a day, by code, in the reader's language."""
    rows = session.execute(
        select(Position.code, PositionVersion.title).join(Position, Position.id == PositionVersion.position_id)
        .where(Position.code.in_(posts(draft)), as_of(PositionVersion, day))
    )
    return {code: str(title) for code, title in rows}


def misnamed(session: Session, draft: ListDraft, names: Mapping[str, str]) -> list[Problem]:
    """Posts that a workbook calls by a name they never had: their row is likely meant for another post."""
    rows = session.execute(
        select(Position.code, PositionVersion.title).join(Position, Position.id == PositionVersion.position_id)
        .where(Position.code.in_(sorted(names)))
    )
    known: dict[str, set[str]] = {}
    for code, title in rows:
        known.setdefault(code, set()).update(title.values())
    return located(draft.spots, [
        Problem(
            _("The post {code} is not called {name}.", code=code, name=name), column=code, value=name,
            remedy=_("It is called {names}. Correct the code, or leave the name out.", names=" / ".join(
                sorted(known[code]))),
        )
        for code, name in names.items() if code in known and name not in known[code]
    ])


def _power(registry: Registry, row: AuthorityEntry) -> str:
    if row.effect == "prohibit":
        return ""
    fits = all(row.power in checks.WORDS[action.power] for action in checks.named(registry, row.action))
    return row.power if fits else ""


def _support(session: Session, boundary_id: int) -> tuple[str, ...]:
    codes = session.scalars(
        select(Unit.code).join(BoundarySupport, BoundarySupport.unit_id == Unit.id)
        .where(BoundarySupport.boundary_id == boundary_id)
    )
    return tuple(sorted(codes))
