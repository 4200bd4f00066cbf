"""The lists as they would be in force with a draft that is not published: what its expectations are asked of.

Nothing is written for it. The entries of the other lists are read, those of the draft stand in place of the version it
would follow. On every post sits somebody who holds that post alone, so that the answers are those of the document:
whether a post is vacant, and who else its holder is, are questions of the day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from core.authority import checks
from core.authority.document import EntryDraft, ListDraft
from core.authority.held import Entry, Hat, Holder, entry_of
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.rules import OWN_LIST, Rule, Rules
from core.authority.snapshot import Lists, Snapshot, read
from core.db.dated import as_of
from core.kernel import state
from core.kernel.registry import Registry
from core.org.models import Position, PositionVersion


def seat(position_id: int) -> int:
    """The number of whoever is supposed to hold a post, as a person and as an assignment; nobody real has it."""
    return -position_id


def row_of(
    registry: Registry, entry: EntryDraft, units: Mapping[str, int], positions: Mapping[str, int]
) -> AuthorityEntry:
    """An entry of a draft as a row of a list, which is not written here; units and positions by their codes."""
    return AuthorityEntry(
        code=entry.code, position_id=positions[entry.position] if entry.position else None, effect=entry.effect,
        action=entry.action, title=entry.title, scope=entry.scope,
        scope_unit_id=units[entry.scope_unit] if entry.scope_unit else None,
        limit_minor=entry.limit_minor, currency=entry.currency, cap_minor=entry.cap_minor,
        cap_period=entry.cap_period, split_by=entry.split_by, split_days=entry.split_days,
        conditions=dict(entry.conditions) if entry.conditions else None,
        power=checks.power(registry, entry), duty_code=entry.duty, basis=entry.basis, delegable=entry.delegable,
        by_acting=entry.by_acting, grantable=entry.grantable, needs_second=entry.needs_second,
        break_hours=entry.break_hours,
    )


def snapshot_of(
    session: Session, registry: Registry, draft: ListDraft, units: Mapping[str, int], positions: Mapping[str, int]
) -> Snapshot:
    """The first day of a draft as if it were in force, with somebody on every post (see ``seat``)."""
    base = read(session, state.epoch(session), draft.effective_from)
    unit_id = units[draft.unit] if draft.unit else None
    names = {position: code for code, position in positions.items()}
    drafted = [
        entry_of(row_of(registry, entry, units, positions), draft.version, entry.position) for entry in draft.entries
    ]
    entries = [*_others(session, draft, unit_id, names), *drafted]
    everybody = tuple(entry for entry in entries if entry.position_id is None)
    posts: dict[int, tuple[Entry, ...]] = dict.fromkeys(names, ())
    for entry in entries:
        if entry.position_id is not None:
            posts[entry.position_id] = (*posts[entry.position_id], entry)
    homes = session.execute(
        select(PositionVersion.position_id, Position.code, PositionVersion.unit_id)
        .join(Position, Position.id == PositionVersion.position_id)
        .where(as_of(PositionVersion, draft.effective_from))
    )
    holders: dict[tuple[int | None, int | None], Holder] = {
        (seat(post), None): Holder((Hat(seat(post), post, code, unit, "substantive"),), (*posts[post], *everybody))
        for post, code, unit in homes
    }
    return replace(
        base, rules=_rules(base.rules, draft, unit_id), handed={}, holders=holders, lists=Lists(posts, everybody),
        made={}, shared=True, supposed=True,
    )


def _others(session: Session, draft: ListDraft, unit_id: int | None, names: Mapping[int, str]) -> list[Entry]:
    """The entries of all other lists that are in force on the first day of a draft, those of accounts aside."""
    other: ColumnElement[bool] = PublishedList.unit_id.is_not(None)
    if unit_id is not None:
        other = or_(PublishedList.unit_id.is_(None), PublishedList.unit_id != unit_id)
    rows = session.execute(
        select(AuthorityEntry, PublishedList.version)
        .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .where(
            PublishedList.effective_from <= draft.effective_from, PublishedList.effective_to > draft.effective_from,
            other, AuthorityEntry.account_id.is_(None),
        )
        .order_by(AuthorityEntry.id)
    )
    return [entry_of(row, version, names.get(row.position_id or 0)) for row, version in rows]


def _rules(before: Rules, draft: ListDraft, unit_id: int | None) -> Rules:
    """What is kept apart, by the other lists and the draft."""
    own = [
        Rule(f"{draft.unit or OWN_LIST}.{rule.code}", draft.version, unit_id, rule.code, rule.kind, rule.actions,
             rule.months, rule.risk)
        for rule in draft.separation
    ]
    others = [rule for rule in before.of if rule.unit_id != unit_id]
    return Rules(tuple(sorted([*others, *own], key=lambda rule: rule.citation)), before.mitigated)
