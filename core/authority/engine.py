"""The engine: one literal reading of the list, for one object and as SQL for many.

Default deny; a prohibition beats a grant; unknown never permits. Both forms walk the same routes, so that a row is
in a list exactly when the check allows it (a test holds them against each other).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from core.access.decision import Decision
from core.authority import compiled, conditions, limits, recusal, saying, separation
from core.authority.held import STEPS, Entry, Hat, matches
from core.authority.models import AuthorityEntry, PublishedList
from core.authority.rows import MOST_NARROWED, NARROWED, Rows, distinct
from core.authority.snapshot import Snapshot, Snapshots, bind, home, principal, read
from core.authority.supposing import facts_of
from core.base import clock
from core.base.actor import Actor
from core.base.text import catalogue
from core.db.dated import as_of
from core.kernel import state
from core.kernel.specs import ActionDef, Facts, ResourceType
from core.org import tree
from core.org.models import PositionVersion

_ = catalogue("authority")

#: Where a session keeps the snapshot that is its own.
OWN = "authority_snapshot"

#: Least authority first: among several entries that allow, the narrowest scope is cited.
RANK = {"self": 0, "reports": 1, "unit": 2, "subtree": 3, "company": 4, "all": 5}


#: Where a session keeps what its actors held when they were last decided about.
HELD = "authority_held"

#: The entries that were looked at in turn, with what each says; None where it speaks of other places or cases.
Tried = list[tuple[Hat | None, Entry, Decision | None]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about one object, with what the engine looked up for it; ``whole`` when about the installation.

    ``acts`` are what was done on the object, where a rule keeps the action apart from others, ``lineage`` with what was
    done on those it came from; None: it is not known.
    """

    snapshot: Snapshot
    actor: Actor
    action: ActionDef
    resource: ResourceType | None
    obj: Any
    facts: Facts
    whole: bool
    acts: separation.Acts
    lineage: separation.Acts


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
        """Whether an actor may do this to an object.

        Without an object the question depends on the action: one that has no resource is about the whole
        installation, and only a scope that covers every unit of the day permits it; of one that has a resource it is
        only asked whether any entry speaks of it at all, as pages and menus do.
        """
        snapshot = self.snapshot(session, actor)
        session.info.setdefault(HELD, {})[actor.person_id, actor.account_id] = bind(session, snapshot, actor)
        return self.answer(session, snapshot, actor, action, resource, obj)

    def on_day(self, session: Session, day: date | None) -> Snapshot:
        """What is in force on a day, by default today: for questions about who could decide."""
        today = self.snapshot(session, session.info["actor"])
        return today if day is None or day == today.day else self._snapshots.of(session, state.epoch(session), day)

    def answer(
        self, session: Session, snapshot: Snapshot, actor: Actor, action: ActionDef, resource: ResourceType | None,
        obj: Any | None, tried: Tried | None = None,
    ) -> Decision:
        """The same by a snapshot, of somebody else or on another day; nothing is kept of it. ``tried`` is filled with
        the grants that were looked at until one allowed it, for whoever explains the answer.
        """
        holder = bind(session, snapshot, actor)
        grants = _in_order(holder.routes(action.key, action.power, "grant"), actor)
        if not grants:
            return saying.refusal("NO_ENTRY", action, _("“{title}” is not on your authority list.", title=action.title))
        barring = holder.routes(action.key, action.power, "prohibit")
        whole = obj is None and action.resource is None
        if obj is None and not whole:
            everywhere = next((entry for _hat, entry in barring if entry.total), None)
            return saying.prohibited(action, everywhere) if everywhere else saying.permission(action, *grants[0])
        facts = facts_of(session, resource, obj)
        acts = separation.acts(session, snapshot.rules, action, resource, obj)
        lineage = separation.lineage(session, snapshot.rules, action, resource, obj, acts)
        asked = Asked(snapshot, actor, action, resource, obj, facts, whole, acts, lineage)
        for hat, entry in sorted(barring, key=_rank):
            # What is prohibited for a part of the installation is prohibited for the whole.
            if whole or (
                self._in_scope(asked, hat, entry) is not False
                and conditions.truth(resource, entry.conditions, obj) is not False
            ):
                return saying.prohibited(action, entry)
        if action.no_self and (actor.person_id is None or _concerns(facts, actor.person_id)):
            message = _("Nobody decides his own request; “{title}” goes to the next position.", title=action.title)
            return saying.refusal("SOD_SELF", action, message)
        if recusal.recused(snapshot, action, facts, actor.person_id):
            return saying.recused(action)
        if (broken := separation.did(asked, actor.person_id)) is not None:
            return saying.kept_apart(session, "SOD_OBJECT", asked, broken)
        if (broken := separation.holds(snapshot, actor, action.key, holder)) is not None:
            return saying.kept_apart(session, "SOD_HOLDS", asked, broken)
        return self._first_grant(session, asked, grants, [] if tried is None else tried)

    def look_again(self, session: Session) -> None:
        """Let what comes next be decided by where things stand now, and by what the actors held when they were asked.

        For the moment before a commit: what a transaction did to its actor's own posts does not count against what
        he was allowed before, where he put the object does.
        """
        if state.bumped(session):
            snapshot = self.reread(session, session.info["actor"])
            snapshot.holders.update(session.info.get(HELD, {}))

    def beyond_self(self, session: Session, actor: Actor, action: ActionDef) -> bool:
        """Whether an entry gives an action for more than the actor's own records."""
        snapshot = self.snapshot(session, actor)
        grants = _in_order(bind(session, snapshot, actor).routes(action.key, action.power, "grant"), actor)

        def reaches(hat: Hat | None, entry: Entry) -> bool:
            if entry.scope in ("self", "all"):
                return entry.scope == "all"
            if entry.scope == "reports":
                return hat is not None and bool(snapshot.reports(hat.position_id))
            return home(snapshot, hat, entry) is not None

        return any(reaches(hat, entry) for hat, entry in grants)

    def held_by(self, session: Session, actor: Actor, action: ActionDef) -> list[str]:
        """Titles of the posts that hold an action today, at most five: under any scope where it is about objects,
        else under one that covers the whole installation.
        """
        snapshot = self.snapshot(session, actor)
        day = snapshot.day
        rows = session.execute(
            select(
                AuthorityEntry.action, AuthorityEntry.scope, AuthorityEntry.scope_unit_id, PositionVersion.unit_id,
                PositionVersion.title,
            )
            .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
            .join(PositionVersion, PositionVersion.position_id == AuthorityEntry.position_id)
            .where(
                AuthorityEntry.effect == "grant", AuthorityEntry.power.not_in(STEPS), as_of(PositionVersion, day),
                AuthorityEntry.break_hours.is_(None),
                PublishedList.effective_from <= day, PublishedList.effective_to > day,
                or_(AuthorityEntry.action == action.key, AuthorityEntry.action.contains("*", autoescape=True)),
            )
            .order_by(AuthorityEntry.id)
        )
        titles = dict.fromkeys(
            str(row.title) for row in rows if matches(row.action, action.key) and (
                action.resource is not None or row.scope == "all"
                or snapshot.covered(snapshot.nodes.get(row.scope_unit_id or row.unit_id), row.scope)
            )
        )
        return list(titles)[:5]

    def _first_grant(
        self, session: Session, asked: Asked, grants: Sequence[tuple[Hat | None, Entry]], tried: Tried
    ) -> Decision:
        for hat, entry in grants:
            if not self._in_scope(asked, hat, entry) or not conditions.hold(
                asked.resource, entry.conditions, asked.obj
            ):
                tried.append((hat, entry, None))
                continue
            if asked.action.no_self and hat and hat.principal_id and _concerns(asked.facts, hat.principal_id):
                tried.append((hat, entry, saying.by_proxy(asked.action, entry)))
                continue
            if hat and hat.principal_id and recusal.recused(
                asked.snapshot, asked.action, asked.facts, hat.principal_id
            ):
                tried.append((hat, entry, saying.recused(asked.action, entry)))
                continue
            if hat and hat.principal_id and (broken := separation.did(asked, hat.principal_id)) is not None:
                tried.append((hat, entry, saying.kept_apart(session, "SOD_OBJECT", asked, broken, entry)))
                continue
            over = limits.over(session, asked.action, entry, asked.facts, asked.obj, asked.snapshot.rates)
            if over is None:
                by = limits.compared(asked.snapshot.rates, entry, asked.facts)
                tried.append((hat, entry, saying.permission(asked.action, hat, entry, by)))
                break
            tried.append((hat, entry, saying.refusal(over[0], asked.action, over[1], entry)))
        said = [one for _hat, _entry, one in tried if one is not None]
        return said[-1] if said else self._out_of_scope(session, asked, grants)

    def _out_of_scope(
        self, session: Session, asked: Asked, grants: Sequence[tuple[Hat | None, Entry]]
    ) -> Decision:
        narrow = [(hat, entry) for hat, entry in grants if not self._in_scope(asked, hat, entry)]
        if asked.whole and narrow:
            message = _(
                "“{title}” is about the whole organisation with all its companies; your list gives it for “{scope}” "
                "only.", title=asked.action.title, scope=saying.reach(session, asked.snapshot, *narrow[-1]),
            )
        else:
            message = _("“{title}” is on your list, but not for this one.", title=asked.action.title)
        return saying.refusal("OUT_OF_SCOPE", asked.action, message)

    def _in_scope(self, asked: Asked, hat: Hat | None, entry: Entry) -> bool | None:
        """Kleene value: None where the facts do not tell."""
        reach = self._in_own_scope(asked, hat, entry)
        if entry.within_id is None or reach is False:
            return reach
        inside = self._within(asked, entry.within_id)
        return reach and inside if inside is not None or reach is None else None

    @staticmethod
    def _within(asked: Asked, unit_id: int) -> bool | None:
        """Whether the object lies in the unit, or below it, to which a delegation is narrowed."""
        node = asked.snapshot.nodes.get(unit_id)
        if node is None:
            return None
        if asked.whole:
            return asked.snapshot.covered(node, "subtree")
        return _below(asked, node)

    def _in_own_scope(self, asked: Asked, hat: Hat | None, entry: Entry) -> bool | None:
        snapshot, facts = asked.snapshot, asked.facts
        if entry.scope == "all":
            return True
        if asked.whole:
            return snapshot.covered(home(snapshot, hat, entry), entry.scope)
        if entry.scope == "self":
            himself = principal(hat, asked.actor)
            return himself in facts.person_ids if facts.person_ids and himself else None
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
        return _below(asked, node)

    # -- many questions -------------------------------------------------------------------------------------------

    def answers(
        self, session: Session, actor: Actor, questions: Sequence[tuple[ActionDef, ResourceType | None, Any]]
    ) -> list[bool]:
        """Yes or no to many questions about one actor, as ``decide`` would say, by his compiled form.

        Where that cannot tell, ``decide`` is asked. The facts of an object are looked up once, and only where they
        count.
        """
        bound = compiled.of(session, self.snapshot(session, actor), actor)
        known: dict[tuple[int, int], Facts] = {}

        def answer(action: ActionDef, resource: ResourceType | None, obj: Any) -> bool:
            if obj is None:
                return bound.without(action.key)
            found = bound.fixed(action.key)
            if found is None:
                key = (id(resource), id(obj))  # the same object has other places for an action of another side
                if key not in known:
                    known[key] = facts_of(session, resource, obj)
                found = bound.can(action.key, known[key], obj)
            return self.decide(session, actor, action, resource, obj).allowed if found is None else found

        return [answer(*question) for question in questions]

    # -- many rows -------------------------------------------------------------------------------------------------

    def predicate(
        self, session: Session, actor: Actor, action: ActionDef, resource: ResourceType, model: Any, *,
        few: bool = False,
    ) -> ColumnElement[bool]:
        """The rows of a model an actor may do this to. Conditions narrow lists as scopes do; limits on amounts and
        totals do not, they narrow decisions. What somebody is recused from is not in his lists.

        The condition takes longer to make than a page to read, so a shared snapshot keeps it; one on an alias is made
        for its statement alone, and so is that of who opened something for an emergency: it ends while this stands.
        """
        snapshot = self.snapshot(session, actor)
        if not snapshot.shared or not isinstance(model, type) or bind(session, snapshot, actor).opened:
            return self._narrowed(session, snapshot, actor, action, Rows(snapshot, actor, resource, model, few))
        kept: dict[Any, tuple[ResourceType, ColumnElement[bool]]] = snapshot.made.setdefault(NARROWED, {})
        key = (actor.person_id, actor.account_id, actor.acting_as, action.key, model, few)
        found = kept.get(key)
        if found is None or found[0] is not resource:
            made = self._narrowed(session, snapshot, actor, action, Rows(snapshot, actor, resource, model, few))
            if len(kept) >= MOST_NARROWED:
                kept.clear()
            found = kept[key] = (resource, made)
        return found[1]

    @staticmethod
    def _narrowed(
        session: Session, snapshot: Snapshot, actor: Actor, action: ActionDef, rows: Rows
    ) -> ColumnElement[bool]:
        resource, model = rows.resource, rows.model
        holder = bind(session, snapshot, actor)
        grants = _in_order(holder.routes(action.key, action.power, "grant"), actor)
        terms = []
        for hat, entry in grants:
            besides = conditions.rows(resource, entry.conditions, model) if entry.conditions else []
            if hat and hat.principal_id:
                besides += recusal.rows(rows, action, hat.principal_id)
            holds = rows.truth(hat, entry).holds
            terms.append(and_(holds, *besides) if besides else holds)
        barring = holder.routes(action.key, action.power, "prohibit")
        return and_(
            or_(false(), *distinct(terms)), *(rows.spared(hat, entry) for hat, entry in barring),
            *recusal.rows(rows, action, actor.person_id),
        )


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
    """What is for every day before what was opened for an emergency, one's own authority before what was delegated, the
    narrower scope before the wider, the lower limit before the higher.
    """
    hat, entry = route
    delegation = (hat.delegation_id if hat else None) or 0
    return (
        entry.break_hours is not None, delegation > 0, RANK[entry.scope], entry.limit_minor is None,
        entry.limit_minor or 0, entry.code, hat.assignment_id if hat else 0, delegation,
    )


def _concerns(facts: Facts, person_id: int) -> bool:
    """Whether something was asked for by a person or is for his benefit."""
    return person_id in (facts.creator_person_id, facts.beneficiary_person_id)


def _below(asked: Asked, node: tree.Node) -> bool | None:
    """Whether the object belongs to a unit or one below it; unknown where none of its units stands in the tree."""
    nodes = asked.snapshot.nodes
    places = [nodes[unit].lft for unit in asked.facts.unit_ids if unit in nodes]
    return any(node.lft <= lft < node.rgt for lft in places) if places else None

