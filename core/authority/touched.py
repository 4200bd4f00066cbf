"""Which actions a draft speaks of otherwise than the lists of a time: nothing else can come out otherwise by it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority import checks
from core.authority.document import EntryDraft, ListDraft
from core.authority.drafting import draft_of
from core.authority.held import ANY_ACTION, matches
from core.authority.models import AuthorityEntry, PublishedList
from core.kernel.house import of as house_of
from core.kernel.registry import Registry
from core.kernel.specs import ActionDef
from core.org.models import Unit

Said = dict[tuple[Any, ...], tuple[str, ...]]


def actions(session: Session, draft: ListDraft, since: date, until: date) -> Sequence[ActionDef]:
    """The declared actions, other than looking, that an entry or rule names which stands in the draft and not in every
    version in force during ``[since, until]``, or the other way round.
    """
    registry = house_of(session).registry
    new = _said(registry, draft)
    versions = _versions(session, draft, since, until)
    patterns = set[str]() if versions else {pattern for said in new.values() for pattern in said}
    for published in versions:
        old = _said(registry, draft_of(session, published))
        patterns |= {pattern for key in old.keys() ^ new.keys() for pattern in (old | new)[key]}
        if _of_account(session, published):
            patterns.add(ANY_ACTION)
    return [
        action for key, action in registry.actions.items()
        if action.power in ("do", "decide") and (ANY_ACTION in patterns or _named(patterns, key))
    ]


def given_more(session: Session, draft: ListDraft, since: date, until: date) -> frozenset[str]:
    """The keys of actions that are decided and that an entry of the draft grants otherwise than some version in force
    during ``[since, until]``: somebody may be asked who was not.
    """
    registry = house_of(session).registry
    others = [_said(registry, draft_of(session, one)) for one in _versions(session, draft, since, until)
              if one.version != draft.version]
    wider = [entry.action for entry in draft.entries if entry.effect == "grant" and not (
        others and all(_key(registry, entry) in old for old in others))]
    return frozenset(
        key for key, action in registry.actions.items() if action.power == "decide" and _named(wider, key)
    )


def _named(patterns: Iterable[str], action: str) -> bool:
    return any(matches(pattern, action) for pattern in patterns)


def _versions(session: Session, draft: ListDraft, since: date, until: date) -> Sequence[PublishedList]:
    own = PublishedList.unit_id.is_(None) if draft.unit is None else PublishedList.unit_id == select(Unit.id).where(
        Unit.code == draft.unit).scalar_subquery()
    return session.scalars(
        select(PublishedList).where(own, PublishedList.effective_from <= until, PublishedList.effective_to >= since)
    ).all()


def _of_account(session: Session, published: PublishedList) -> bool:
    held = select(AuthorityEntry.id).where(AuthorityEntry.list_id == published.id)
    return session.scalar(held.where(AuthorityEntry.account_id.is_not(None)).limit(1)) is not None


def _said(registry: Registry, draft: ListDraft) -> Said:
    """What has an effect in a list, as keys that compare, each with the actions it names."""
    rules: Said = {
        ("rule", rule.code, rule.kind, rule.actions, rule.months): rule.actions for rule in draft.separation
    }
    return rules | {_key(registry, entry): (entry.action,) for entry in draft.entries}


def _key(registry: Registry, entry: EntryDraft) -> tuple[Any, ...]:
    return (
        entry.code, entry.position, entry.action, entry.effect, entry.scope, entry.scope_unit, entry.limit_minor,
        entry.currency, entry.cap_minor, entry.cap_period, entry.split_by, entry.split_days,
        tuple(sorted((entry.conditions or {}).items())), checks.power(registry, entry), entry.delegable,
        entry.by_acting,
    )
