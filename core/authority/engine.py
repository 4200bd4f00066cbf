"""The engine: one literal reading of the list, for one object and as SQL for many.

Default deny; a prohibition beats a grant; unknown never permits. Both forms walk the same routes, so that a row is
in a list exactly when the check allows it (a test holds them against each other).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import Session

from core.access.decision import Decision
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.rows import Rows
from core.authority.snapshot import Entry, Hat, Snapshot, Snapshots, bind, home, matches, read
from core.base import clock
from core.base.actor import Actor
from core.base.money import format_money
from core.base.text import catalogue
from core.db.dated import as_of
from core.kernel import state
from core.kernel.specs import ActionDef, Facts, ResourceType
from core.org.models import PositionVersion

_ = catalogue("authority")

#: Where a session keeps the snapshot that is its own.
OWN = "authority_snapshot"

#: Least authority first: among several entries that allow, the narrowest scope is cited.
RANK = {"self": 0, "reports": 1, "unit": 2, "subtree": 3, "company": 4, "all": 5}


class ListEngine:
    """The ``Engine`` of ``core/access`` over the published lists."""

    def __init__(self) -> None:
        self._snapshots = Snapshots()

    def snapshot(self, session: Session, actor: Actor) -> Snapshot:
        """What is in force for an actor's day, in the epoch this session began with.

        A session that changed organisation or lists itself has a snapshot of its own: what it reads may be rolled
        back, and no other session may ever decide by it.
        """
        day = clock.today(actor.zone)
        own: Snapshot | None = session.info.get(OWN)
        if own is not None and own.day == day:
            return own
        if state.bumped(session):
            return self.reread(session, actor)
        return self._snapshots.of(session, state.epoch(session), day)

    def reread(self, session: Session, actor: Actor) -> Snapshot:
        """What this session sees now, shared with nobody and used by it from now on."""
        own = session.info[OWN] = read(session, state.epoch(session), clock.today(actor.zone))
        return own

    # -- one object ------------------------------------------------------------------------------------------------

    def decide(
        self, session: Session, actor: Actor, action: ActionDef, resource: ResourceType | None, obj: Any | None
    ) -> Decision:
        """Whether an actor may do this to an object, or, without one, whether any entry speaks of it at all."""
        snapshot = self.snapshot(session, actor)
        holder = bind(session, snapshot, actor)
        grants = _in_order(holder.routes(action.key, action.power, "grant"), actor)
        if not grants:
            return _refusal("NO_ENTRY", action, _("“{title}” is not on your authority list.", title=action.title))
        barring = holder.routes(action.key, action.power, "prohibit")
        if obj is None:
            everywhere = next((entry for _hat, entry in barring if entry.scope == "all"), None)
            return _prohibited(action, everywhere) if everywhere else _permission(action, *grants[0])
        facts = resource.facts(session, obj) if resource else Facts()
        for hat, entry in sorted(barring, key=_rank):
            if self._in_scope(snapshot, actor, hat, entry, facts) is not False:
                return _prohibited(action, entry)
        if action.no_self and (actor.person_id is None or facts.creator_person_id == actor.person_id):
            message = _("Nobody decides his own request; “{title}” goes to the next position.", title=action.title)
            return _refusal("SOD_SELF", action, message)
        return self._first_grant(snapshot, actor, action, facts, grants)

    def held_by(self, session: Session, actor: Actor, action: ActionDef) -> list[str]:
        """Titles of the posts that hold an action today under any scope, at most five."""
        day = clock.today(actor.zone)
        rows = session.execute(
            select(AuthorityEntry.action, PositionVersion.title)
            .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
            .join(PositionVersion, PositionVersion.position_id == AuthorityEntry.position_id)
            .where(
                AuthorityEntry.effect == "grant", as_of(PositionVersion, day),
                PublishedList.effective_from <= day, PublishedList.effective_to > day,
                or_(AuthorityEntry.action == action.key, AuthorityEntry.action.contains("*", autoescape=True)),
            )
            .order_by(AuthorityEntry.id)
        )
        titles = dict.fromkeys(str(title) for pattern, title in rows if matches(pattern, action.key))
        return list(titles)[:5]

    def _first_grant(
        self, snapshot: Snapshot, actor: Actor, action: ActionDef, facts: Facts,
        grants: Sequence[tuple[Hat | None, Entry]],
    ) -> Decision:
        nearest: Decision | None = None
        for hat, entry in grants:
            if not self._in_scope(snapshot, actor, hat, entry, facts) or entry.conditions:
                continue
            over = _over_limit(action, entry, facts)
            if over is None:
                return _permission(action, hat, entry)
            nearest = over
        return nearest or _refusal(
            "OUT_OF_SCOPE", action, _("“{title}” is on your list, but not for this one.", title=action.title)
        )

    def _in_scope(
        self, snapshot: Snapshot, actor: Actor, hat: Hat | None, entry: Entry, facts: Facts
    ) -> bool | None:
        """Kleene value: None where the facts do not tell."""
        if entry.scope == "all":
            return True
        if entry.scope == "self":
            return actor.person_id in facts.person_ids if facts.person_ids and actor.person_id else None
        if entry.scope == "reports":
            if hat is None or not facts.position_ids:
                return None
            return not set(snapshot.reports(hat.position_id)).isdisjoint(facts.position_ids)
        node = home(snapshot, hat, entry)
        if node is None:
            return None
        if entry.scope == "company":
            if facts.legal_entity_id is not None:
                return facts.legal_entity_id == node.legal_entity_id
            entities = {snapshot.nodes[u].legal_entity_id for u in facts.unit_ids if u in snapshot.nodes}
            return node.legal_entity_id in entities if entities else None
        if not facts.unit_ids:
            return None
        if entry.scope == "unit":
            return node.unit_id in facts.unit_ids
        places = [snapshot.nodes[u].lft for u in facts.unit_ids if u in snapshot.nodes]
        return any(node.lft <= lft < node.rgt for lft in places) if places else None

    # -- many rows -------------------------------------------------------------------------------------------------

    def predicate(
        self, session: Session, actor: Actor, action: ActionDef, resource: ResourceType, model: Any
    ) -> ColumnElement[bool]:
        """The rows of a model an actor may do this to. Limits on amounts do not narrow lists, only decisions."""
        snapshot = self.snapshot(session, actor)
        holder = bind(session, snapshot, actor)
        rows = Rows(snapshot, actor, resource, model)
        grants = _in_order(holder.routes(action.key, action.power, "grant"), actor)
        terms = [rows.truth(hat, entry).holds for hat, entry in grants if not entry.conditions]
        barring = holder.routes(action.key, action.power, "prohibit")
        return and_(or_(false(), *_distinct(terms)), *(rows.truth(hat, entry).spares for hat, entry in barring))


def _in_order(
    routes: Sequence[tuple[Hat | None, Entry]], actor: Actor
) -> list[tuple[Hat | None, Entry]]:
    """Least authority first, a total order, so that the same question always cites the same entry."""
    chosen = [
        (hat, entry) for hat, entry in routes
        if actor.acting_as is None or entry.position_id is None or (hat and hat.assignment_id == actor.acting_as)
    ]
    return sorted(chosen, key=_rank)


def _rank(route: tuple[Hat | None, Entry]) -> tuple[Any, ...]:
    hat, entry = route
    return (
        RANK[entry.scope], entry.limit_minor is None, entry.limit_minor or 0, entry.code,
        hat.assignment_id if hat else 0,
    )


def _over_limit(action: ActionDef, entry: Entry, facts: Facts) -> Decision | None:
    """Why the amount is more than an entry allows, or None when it is not. A limit includes its own number."""
    if entry.limit_minor is None:
        return None
    if facts.amount is None or facts.currency is None or facts.currency != entry.currency:
        message = _(
            "{entry} is limited in {currency}; the amount here is not in that currency.",
            entry=entry.code, currency=entry.currency,
        )
        return _refusal("CURRENCY_UNKNOWN", action, message, entry)
    if facts.amount > entry.limit_minor:
        message = _(
            "{amount} is more than {limit}, the limit of {entry} (list version {version}).",
            amount=format_money(facts.amount, currency=facts.currency, symbol=True),
            limit=format_money(entry.limit_minor, currency=facts.currency, symbol=True),
            entry=entry.code, version=entry.list_version,
        )
        return _refusal("OVER_LIMIT", action, message, entry)
    return None


def _permission(action: ActionDef, hat: Hat | None, entry: Entry) -> Decision:
    message = _(
        "Allowed by {entry} (list version {version}): {sentence}",
        entry=entry.code, version=entry.list_version, sentence=entry.title,
    )
    return Decision(
        True, "ALLOW", message, action.key, entry.code, entry.list_version,
        hat.assignment_id if hat else None, hat.position_id if hat else None,
    )


def _prohibited(action: ActionDef, entry: Entry) -> Decision:
    message = _("{entry} prohibits “{title}” here.", entry=entry.code, title=action.title)
    return _refusal("PROHIBITED", action, message, entry)


def _refusal(code: str, action: ActionDef, message: Any, entry: Entry | None = None) -> Decision:
    return Decision(
        False, code, message, action.key, entry.code if entry else None, entry.list_version if entry else None
    )


def _distinct(terms: Sequence[ColumnElement[bool]]) -> list[ColumnElement[bool]]:
    """Terms without plain repeats; one that is always true makes the others needless."""
    if any(term is true() for term in terms):
        return [true()]
    return list(terms)

