"""Keeping duties apart when somebody decides: what was done on the object before, and what else he holds.

Whoever did one of the actions of a rule on an object, or by another kind of rule on one it came from, does no other of
them on it, neither in his own name nor for
somebody who did. Of actions that no one person may hold, whoever holds several all the same has the one that the rule
names first. A mitigation in force lets the person it names pass.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import permutations
from typing import TYPE_CHECKING, Any

from core.authority.held import STEPS, Entry, Hat, Holder, matches
from core.authority.rules import Rule, Rules
from core.authority.snapshot import Snapshot, home
from core.authority.supposing import Supposed
from core.base.text import Text, catalogue
from core.kernel.house import of as house_of
from core.kernel.specs import ActionDef, ResourceType

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.authority.engine import Asked
    from core.base.actor import Actor

_ = catalogue("authority")

#: Who did what on an object, by action; None where nothing tells.
Acts = Mapping[str, Collection[int]] | None
#: A rule that stands in the way, and the action that was done or is held; empty where that is not known.
Broken = tuple[Rule, str]

Route = tuple[Hat | None, Entry]


# -- on one object -----------------------------------------------------------------------------------------------------


def acts(session: Session, rules: Rules, action: ActionDef, resource: ResourceType | None, obj: Any) -> Acts:
    """Who did what on an object, asked of its module only where a rule keeps the action apart from others.

    On something that is no record yet, such as the place where it is to be made, nobody did anything.
    """
    if obj is None or not concerned(rules, action.key):
        return {}
    return _acts_of(session, resource, obj)


def _acts_of(session: Session, resource: ResourceType | None, obj: Any) -> Acts:
    if isinstance(obj, Supposed):
        return obj.acts
    if resource is None or not isinstance(obj, resource.model):
        return {}
    return resource.acts(session, obj) if resource.acts is not None else None


def lineage(
    session: Session, rules: Rules, action: ActionDef, resource: ResourceType | None, obj: Any, own: Acts
) -> Acts:
    """Who did what on an object and on all it came from, only where a rule asks for that; what was done on the object
    itself (``own``) is known already.
    """
    if own is None or obj is None or not any(_of_objects(rules, action.key, ("same_lineage",))):
        return own
    found: dict[str, set[int]] = {key: set(people) for key, people in own.items()}
    for parent, type_ in _ancestors(session, resource, obj):
        for key, people in (_acts_of(session, type_, parent) or {}).items():
            found.setdefault(key, set()).update(people)
    return found


def _ancestors(session: Session, resource: ResourceType | None, obj: Any) -> Iterator[tuple[Any, ResourceType]]:
    """What an object came from, and what that came from, each once."""
    seen, open_ = [obj], [(obj, resource)]
    while open_:
        child, type_ = open_.pop()
        if type_ is None or type_.parents is None or not isinstance(child, type_.model):
            continue
        for parent in type_.parents(session, child):
            above = type_ if isinstance(parent, type_.model) else house_of(session).registry.resource_of(type(parent))
            if above is None or any(parent is one for one in seen):
                continue
            seen.append(parent)
            open_.append((parent, above))
            yield parent, above


def did(asked: Asked, person_id: int | None) -> Broken | None:
    """The first rule that keeps what is asked apart from what a person did on the object.

    Whoever is nobody may have done it, and where nothing tells who did what anybody may.
    """
    if asked.obj is None:
        return None
    for rule in _of_objects(asked.snapshot.rules, asked.action.key):
        done = asked.acts if rule.kind == "same_object" else asked.lineage
        if done == {} or (rule.citation, person_id) in asked.snapshot.rules.mitigated:
            continue
        if done is None or person_id is None:
            return rule, ""
        for key in sorted(done):
            if person_id in done[key] and apart(rule.patterns, asked.action.key, key):
                return rule, key
    return None


def apart(patterns: Sequence[str], one: str, other: str) -> bool:
    """Whether two actions are kept apart: each is named by a pattern of its own."""
    return one != other and any(matches(p, one) and matches(q, other) for p, q in permutations(patterns, 2))


def _of_objects(rules: Rules, action: str, kinds: Collection[str] = ("same_object", "same_lineage")) -> Iterator[Rule]:
    return (
        rule for rule in rules.of
        if rule.kind in kinds and any(matches(pattern, action) for pattern in rule.patterns)
    )


# -- in one hand -------------------------------------------------------------------------------------------------------


def overlap(one: str, other: str) -> bool:
    """Whether two patterns can name the same action."""
    (mine, verb), (theirs, other_verb) = one.split(":"), other.split(":")
    return verb == other_verb and all(
        "*" in pair or pair[0] == pair[1] for pair in zip(mine.split("."), theirs.split("."), strict=True)
    )


def holds(snapshot: Snapshot, actor: Actor, action: str, holder: Holder) -> Broken | None:
    """The first rule by which somebody has no use of an action, because he holds one that the rule names before."""
    for rule in snapshot.rules.of:
        if rule.kind != "person_holds" or (rule.citation, actor.person_id) in snapshot.rules.mitigated:
            continue
        here = max((n for n, pattern in enumerate(rule.patterns) if matches(pattern, action)), default=0)
        reach = _reach(snapshot, held(holder, rule.patterns[here])) if here else frozenset()
        for pattern in rule.patterns[:here]:
            if reach & _reach(snapshot, held(holder, pattern)):
                return rule, pattern
    return None


def concerned(rules: Rules, action: str) -> bool:
    """Whether some rule keeps an action apart from others on one object, so that its past has to be looked at."""
    return any(_of_objects(rules, action))


def held(holder: Holder, pattern: str) -> list[Route]:
    """The grants by which somebody has actions that a pattern names, an entry of his account aside."""
    entries = [
        entry for entry in holder.entries
        if entry.effect == "grant" and not entry.of_account and _gives(entry, pattern)
    ]
    own: list[Route] = [
        (hat, entry) for entry in entries for hat in holder.hats
        if entry.position_id in (None, hat.position_id) and (entry.by_acting or hat.kind != "acting")
        and holder.awake(hat, entry)
    ]
    return own + [
        (hat, entry) for hat, entry in holder.delegated if entry.effect == "grant" and _gives(entry, pattern)
    ]


def _gives(entry: Entry, pattern: str) -> bool:
    return entry.power not in STEPS and overlap(entry.action, pattern)


def _reach(snapshot: Snapshot, routes: Sequence[Route]) -> frozenset[int | None]:
    """Where grants can be used: units, and None for what belongs to none. People may be anywhere."""
    return frozenset[int | None]().union(*(_of_route(snapshot, hat, entry) for hat, entry in routes))


def _of_route(snapshot: Snapshot, hat: Hat | None, entry: Entry) -> frozenset[int | None]:
    within = snapshot.nodes.get(entry.within_id) if entry.within_id is not None else None
    if entry.within_id is not None and within is None:
        return frozenset()
    units: set[int | None]
    if entry.scope in ("self", "reports", "all"):
        units = {None, *snapshot.nodes}
    else:
        node = home(snapshot, hat, entry)
        if node is None:
            return frozenset()
        units = {
            unit for unit, other in snapshot.nodes.items()
            if (unit == node.unit_id if entry.scope == "unit" else node.lft <= other.lft < node.rgt
                if entry.scope == "subtree" else other.legal_entity_id == node.legal_entity_id)
        }
    if within is None:
        return frozenset(units)
    return frozenset(
        unit for unit in units if unit is not None and within.lft <= snapshot.nodes[unit].lft < within.rgt
    )


# -- words -------------------------------------------------------------------------------------------------------------


def sentence(broken: Broken, title: Text, other: Text | str, entry: Entry | None = None) -> Text:
    """Why it is refused: the rule, and what was done; with an entry, by somebody for whom one would act by it."""
    rule = broken[0].citation
    if not broken[1]:
        return _("Rule {rule} keeps “{title}” apart from other steps, and it is not known who took these.", rule=rule,
                 title=title)
    if broken[0].kind == "same_lineage":
        return _("“{other}” was done on this or on what it came from, by you or by whom you would act for; rule {rule} "
                 "keeps “{title}” apart from it, so somebody else does it.", other=other, rule=rule, title=title)
    if entry is not None:
        return _("By {entry} you would act for somebody who did “{other}” on this object; rule {rule} keeps “{title}” "
                 "apart from it.", entry=entry.code, other=other, rule=rule, title=title)
    return _("You did “{other}” on this object; rule {rule} keeps “{title}” apart from it, so somebody else does it.",
             other=other, rule=rule, title=title)


def sentence_of_hands(broken: Broken, title: Text, other: Text | str) -> Text:
    """Why somebody has no use of an action that is on his list."""
    return _("You hold “{other}” as well; rule {rule} keeps “{title}” apart from it, so you may do only the former "
             "until a mitigation is recorded.", other=other, rule=broken[0].citation, title=title)
