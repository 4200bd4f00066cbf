"""What one person may on one day, made ready for many questions: no statement between one and the next.

An engine that decides says why, and looks everything up anew. For buttons, menus and long lists only yes or no counts,
so each action is compiled once per person: its grants as stretches of the tree with their limits, its prohibitions and
conditions beside them. The rules are those of ``engine.py``, read a second time; random worlds hold both against the
same reference. What a snapshot cannot tell, the totals of a period, is not answered here but handed back.

Most actions are held in the plain form, a tuple of grants: everywhere or below a unit, with or without a limit. Whoever
holds the same posts shares what was compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from sys import intern
from typing import Any

from sqlalchemy.orm import Session

from core.authority import conditions, recusal, separation
from core.authority.held import Entry, Hat, Holder
from core.authority.snapshot import Snapshot, bind, home
from core.base.actor import Actor
from core.kernel.specs import ActionDef, Facts, ResourceType

#: Answers of ``can_many``: no, yes, and what only a session can tell.
NO, YES, ASK = 0, 1, 2
_CODES = {False: NO, True: YES, None: ASK}

#: A grant in the plain form: units from ``low`` to before ``high`` in the order of the tree, at most ``limit`` minor
#: units of ``currency``. A ``low`` of ``EVERYWHERE`` needs no unit; without a limit the amount does not count.
Plain = tuple[int, int, "int | None", "str | None"]
EVERYWHERE = -1
#: Where something is whose unit is in no tree: before every unit and not everywhere.
_NO_PLACE = -2
_ALWAYS: tuple[Plain, ...] = ((EVERYWHERE, EVERYWHERE, None, None),)
_NEVER: tuple[Plain, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """What a scope means for one person: ids of ``kind``, or the units from ``low`` to before ``high``.

    ``kind`` is ``all``, ``himself`` (whoever asks), ``self`` (whoever delegated), ``reports``, ``unit``, ``subtree``,
    ``company``, or ``unknown`` where the scope starts from nothing that is there on the day.
    """

    kind: str
    ids: frozenset[int] = frozenset()
    low: int = 0
    high: int = 0


@dataclass(frozen=True, slots=True)
class Grant:
    """A grant with all that restricts it. ``capped`` says that what was decided or done before has to be asked for:
    a total of a period, what counts together, who did what on the object, and what is open for now.
    """

    area: Area
    within: Area | None
    limited: bool
    limit: int | None
    currency: str | None
    capped: bool
    when: Mapping[str, str] | None
    principal: int | None

    @property
    def plain(self) -> bool:
        """Whether the plain form can say it."""
        if self.within or self.capped or self.when or (self.limited and self.currency is None):
            return False
        return self.area.kind in ("all", "unit", "subtree")


@dataclass(frozen=True, slots=True)
class Full:
    """An action with prohibitions, conditions, totals, other scopes, or that nobody does for himself or relatives.

    ``bars`` are where it is prohibited, each with the conditions under which it is.
    """

    bars: tuple[tuple[Area, Mapping[str, str] | None], ...]
    grants: tuple[Grant, ...]
    action: ActionDef
    resource: ResourceType | None


Plan = tuple[Plain, ...] | Full


@dataclass(slots=True)
class Ground:
    """What everybody's compiled form shares on one day: the order of the units, their companies, plain forms."""

    places: dict[int, int]
    companies: dict[int, int]
    plans: dict[tuple[Plain, ...], tuple[Plain, ...]] = field(default_factory=dict)
    of_posts: dict[tuple[int, ...], _Plans] = field(default_factory=dict)
    bound: dict[tuple[int | None, int | None, int | None], Bound] = field(default_factory=dict)


class _Plans(dict[str, Plan]):
    """Plans by the key of their action, each made when it is first asked for."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[[str], Plan]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: str) -> Plan:
        plan = self[key] = self._make(key)
        return plan


class Bound:
    """One actor, bound to a snapshot. Valid as long as its snapshot is; used by all threads at once."""

    __slots__ = (
        "_actions", "_actor", "_ground", "_holder", "_minor", "_place", "_plans", "_resources", "_snapshot", "_without",
    )

    def __init__(
        self, snapshot: Snapshot, holder: Holder, actor: Actor, actions: Mapping[str, ActionDef],
        resources: Mapping[str, ResourceType],
    ) -> None:
        self._snapshot, self._holder, self._actor = snapshot, holder, actor
        self._actions, self._resources = actions, resources
        self._ground = ground(snapshot)
        self._place, self._minor = self._ground.places.get, snapshot.rates.minor
        shared = self._of_posts()
        self._plans = _Plans(self._compile) if shared is None else shared  # one without a plan yet is shared as well
        self._without: dict[str, bool] = {}

    def can(self, action: str, facts: Facts, obj: Any = None) -> bool | None:
        """Whether the actor may do this to something with these facts; None when only a session can tell.

        ``obj`` is what conditions look at; without it no entry with conditions holds. Raises ``KeyError`` for an
        action that nobody registered.
        """
        plan = self._plans[action]
        if type(plan) is tuple:
            # The one loop everything else waits for; the whole of the plain form stands here, without a call.
            for low, high, limit, currency in plan:
                if limit is not None:
                    amount = facts.amount
                    if facts.currency != currency:
                        amount = self._minor(amount, facts.currency, currency)
                    if amount is None or amount > limit:
                        continue
                if low == EVERYWHERE:
                    return True
                for unit in facts.unit_ids:
                    if low <= self._place(unit, _NO_PLACE) < high:
                        return True
            return False
        return self._judge(plan, facts, obj)  # type: ignore[arg-type]

    def can_many(self, action: str, rows: Iterable[Facts], objects: Iterable[Any] | None = None) -> bytearray:
        """The same for many: a byte for each, ``NO``, ``YES`` or ``ASK``."""
        can = self.can
        if objects is None:
            return bytearray([_CODES[can(action, facts)] for facts in rows])
        return bytearray([_CODES[can(action, facts, obj)] for facts, obj in zip(rows, objects, strict=True)])

    def matrix(self, actions: Iterable[str], facts: Facts | None = None, obj: Any = None) -> dict[str, bool | None]:
        """Several actions about one thing; without facts whether the actor holds them at all, as ``without`` says."""
        if facts is None:
            return {action: self.without(action) for action in actions}
        return {action: self.can(action, facts, obj) for action in actions}

    def fixed(self, action: str) -> bool | None:
        """The answer where it is the same for every object; None where the facts count."""
        plan = self._plans[action]
        return {_NEVER: False, _ALWAYS: True}.get(plan) if isinstance(plan, tuple) else None

    def without(self, action: str) -> bool:
        """Without an object: whether the actor holds an action at all, or may do it for the whole installation where
        it has no resource.
        """
        found = self._without.get(action)
        if found is None:
            found = self._held(self._actions[action])
            if not self._holder.opened:  # what was opened for an emergency ends while this stands
                self._without[action] = found
        return found

    # -- the full form -------------------------------------------------------------------------------------------------

    def _judge(self, plan: Full, facts: Facts, obj: Any) -> bool | None:
        """Kleene's logic: a prohibition bars what is not certainly outside, a grant needs what is certainly inside."""
        unsure = False
        for area, when in plan.bars:
            if reach(self._ground, area, facts, self._actor.person_id) is False:
                continue
            # Of an action without a resource only the object says what its attributes are.
            if when and plan.resource is None:
                unsure = True
            elif conditions.truth(plan.resource, when, obj) is not False:
                return False
        if self._concerns(plan.action, facts, self._actor.person_id):
            return False
        unsettled = False
        for one in plan.grants:
            if one.limited:
                amount = self._minor(facts.amount, facts.currency, one.currency)
                if amount is None or (one.limit is not None and amount > one.limit):
                    continue
            if (one.principal and self._concerns(plan.action, facts, one.principal)) or not self._reaches(one, facts):
                continue
            if one.when and plan.resource is not None and not conditions.hold(plan.resource, one.when, obj):
                continue
            if one.capped or (one.when and plan.resource is None):
                unsettled = True
                continue
            return None if unsure else True
        return None if unsettled else False

    def _concerns(self, action: ActionDef, facts: Facts, person_id: int | None) -> bool:
        """Whether it is somebody's own request or a relative's."""
        if action.no_self and person_id in (facts.creator_person_id, facts.beneficiary_person_id):
            return True
        return recusal.recused(self._snapshot, action, facts, person_id)

    def _reaches(self, one: Grant, facts: Facts) -> bool:
        himself = self._actor.person_id
        if reach(self._ground, one.area, facts, himself) is not True:
            return False
        return one.within is None or reach(self._ground, one.within, facts, himself) is True

    # -- compiling -----------------------------------------------------------------------------------------------------

    def _routes(self, action: ActionDef) -> tuple[list[tuple[Hat | None, Entry]], list[tuple[Hat | None, Entry]]]:
        """Grants, of the hat the actor chose where he chose one, and prohibitions, of all his hats."""
        key = action.key
        holder = Holder(
            # Looking at each name closely takes longer than passing over those that are another action's.
            self._holder.hats,
            tuple(entry for entry in self._holder.entries if entry.action == key or "*" in entry.action),
            self._holder.delegated, self._holder.opened,
        )
        chosen = self._actor.acting_as
        return [
            (hat, entry) for hat, entry in holder.routes(action.key, action.power, "grant")
            if chosen is None or entry.position_id is None or (hat is not None and hat.assignment_id == chosen)
        ], holder.routes(action.key, action.power, "prohibit")

    def _of_posts(self) -> _Plans | None:
        """The plans of all who hold just these posts, each as his own; None for who has anything besides."""
        holder, actor = self._holder, self._actor
        own = actor.acting_as is None and actor.person_id is not None and not holder.delegated
        if self._snapshot.rules:  # whom a rule lets pass is about persons
            return None
        if not own or any(hat.kind == "acting" or hat.principal_id is not None for hat in holder.hats):
            return None
        if any(entry.of_account or entry.break_hours is not None for entry in holder.entries):
            return None
        posts = tuple(sorted(hat.position_id for hat in holder.hats))
        return self._ground.of_posts.setdefault(posts, _Plans(self._compile))

    def _compile(self, key: str) -> Plan:
        action = self._actions[key]
        routes, barring = self._routes(action)
        if not routes or any(entry.total for _hat, entry in barring):
            return _NEVER
        if self._nobody(action):
            return _NEVER
        if separation.holds(self._snapshot, self._actor, key, self._holder) is not None:
            return _NEVER
        bars = tuple((area_of(self._snapshot, hat, entry), entry.conditions or None) for hat, entry in barring)
        apart = separation.concerned(self._snapshot.rules, key)
        grants = [self._grant(hat, entry, asks=apart) for hat, entry in routes]
        recuses = recusal.groups(self._snapshot.rules, action, self._actor.person_id)
        if not bars and not action.no_self and not recuses and all(grant.plain for grant in grants):
            return self._shared(grants)
        # What needs no look at conditions and totals is tried first; of a yes or no the order is not told.
        grants.sort(key=lambda grant: (grant.capped, grant.when is not None))
        return Full(bars, tuple(grants), action, self._resources[action.resource] if action.resource else None)

    def _nobody(self, action: ActionDef) -> bool:
        """Whether the actor is no person, and it matters who he is."""
        return self._actor.person_id is None and (
            action.no_self or bool(recusal.groups(self._snapshot.rules, action, None))
        )

    def _shared(self, grants: Sequence[Grant]) -> tuple[Plain, ...]:
        found = tuple(dict.fromkeys(plainly(grant) for grant in grants))
        if _ALWAYS[0] in found:
            return _ALWAYS
        return self._ground.plans.setdefault(found, found)

    def _grant(self, hat: Hat | None, entry: Entry, *, asks: bool) -> Grant:
        within = None
        if entry.within_id is not None:
            node = self._snapshot.nodes.get(entry.within_id)
            within = Area("subtree", low=node.lft, high=node.rgt) if node is not None else Area("unknown")
        limited = entry.limit_minor is not None or entry.cap_minor is not None
        return Grant(
            area_of(self._snapshot, hat, entry), within, limited, entry.limit_minor, entry.currency,
            asks or entry.cap_minor is not None or entry.split_by is not None or entry.break_hours is not None,
            entry.conditions or None,
            hat.principal_id if hat is not None else None,
        )

    def _held(self, action: ActionDef) -> bool:
        routes, barring = self._routes(action)
        if action.resource is not None:
            return bool(routes) and not any(entry.total for _hat, entry in barring)
        if barring or self._nobody(action):
            return False
        if separation.holds(self._snapshot, self._actor, action.key, self._holder) is not None:
            return False
        return any(
            entry.limit_minor is None and entry.cap_minor is None and not entry.conditions and self._covers(hat, entry)
            for hat, entry in routes
        )

    def _covers(self, hat: Hat | None, entry: Entry) -> bool:
        """Whether a grant reaches the whole installation."""
        snapshot = self._snapshot
        inside = entry.within_id is None or snapshot.covered(snapshot.nodes.get(entry.within_id), "subtree")
        return inside and (entry.scope == "all" or snapshot.covered(home(snapshot, hat, entry), entry.scope))


def ground(snapshot: Snapshot) -> Ground:
    """What compiled forms share on a snapshot."""
    found: Ground | None = snapshot.made.get(Ground)
    if found is None:
        nodes = snapshot.nodes
        found = snapshot.made.setdefault(Ground, Ground(
            {unit: node.lft for unit, node in nodes.items()},
            {unit: node.legal_entity_id for unit, node in nodes.items()},
        ))  # fmt: skip
    return found


def of(session: Session, snapshot: Snapshot, actor: Actor) -> Bound:
    """The compiled form of an actor; two statements the first time, none after."""
    key = (actor.person_id, actor.account_id, actor.acting_as)
    kept = ground(snapshot).bound
    found = kept.get(key)
    if found is None:
        registry = session.info["house"].registry
        holder = bind(session, snapshot, actor)
        found = kept.setdefault(key, Bound(snapshot, holder, actor, registry.actions, registry.resource_types))
    return found


def area_of(snapshot: Snapshot, hat: Hat | None, entry: Entry) -> Area:
    """What the scope of an entry means under a hat."""
    if entry.scope == "all":
        return Area("all")
    if entry.scope == "self":
        if hat is None or hat.delegation_id is None:
            return Area("himself")
        return Area("self", frozenset((hat.principal_id,))) if hat.principal_id else Area("unknown")
    if entry.scope == "reports":
        return Area("reports", frozenset(snapshot.reports(hat.position_id))) if hat is not None else Area("unknown")
    node = home(snapshot, hat, entry)
    if node is None:
        return Area("unknown")
    if entry.scope == "company":
        return Area("company", frozenset((node.legal_entity_id,)))
    if entry.scope == "unit":
        return Area("unit", frozenset((node.unit_id,)), node.lft, node.lft + 1)
    return Area("subtree", low=node.lft, high=node.rgt)


def plainly(grant: Grant) -> Plain:
    """The plain form of a grant that has one."""
    low, high = (EVERYWHERE, EVERYWHERE) if grant.area.kind == "all" else (grant.area.low, grant.area.high)
    # Two names of one currency that are one object are not compared letter by letter.
    return low, high, grant.limit, intern(grant.currency) if grant.limited and grant.currency else None


def reach(ground: Ground, area: Area, facts: Facts, himself: int | None) -> bool | None:
    """Whether something lies in an area; None where its facts do not tell."""
    kind = area.kind
    if kind == "all":
        return True
    if kind == "himself":
        return himself in facts.person_ids if facts.person_ids and himself else None
    if kind == "self":
        return not area.ids.isdisjoint(facts.person_ids) if facts.person_ids else None
    if kind == "reports":
        return not area.ids.isdisjoint(facts.position_ids) if facts.position_ids else None
    if kind == "unit":
        return not area.ids.isdisjoint(facts.unit_ids) if facts.unit_ids else None
    if kind == "company":
        if facts.legal_entity_id is not None:
            return facts.legal_entity_id in area.ids
        companies = [ground.companies[unit] for unit in facts.unit_ids if unit in ground.companies]
        return not area.ids.isdisjoint(companies) if companies else None
    if kind == "subtree":
        places = [ground.places[unit] for unit in facts.unit_ids if unit in ground.places]
        return any(area.low <= place < area.high for place in places) if places else None
    return None
