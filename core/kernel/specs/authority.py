"""What can be allowed, and what the scopes, limits and conditions of a list look at."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from core.base.text import Text
from core.formula.types import Type

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Usage:
    """The question what was used up under one entry: amounts decided in ``[since, until)``, in whatever currencies.

    ``currency`` is that of the total: what an amount came to in it when it was decided counts, where that was kept.
    ``entry`` is the citation, such as ``FIN-MGR.A2``. ``besides`` is the object that is being decided about; what it
    was decided for before does not count.
    """

    entry: str
    currency: str
    since: datetime
    until: datetime
    besides: Any = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """The question what was decided already that counts together with ``obj``: in whatever currencies, alike in every
    attribute of ``by``, decided at ``since`` or later and, where the past is judged, before ``until``, under whatever
    entry.
    """

    by: tuple[str, ...]
    currency: str
    since: datetime
    obj: Any
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sibling:
    """One such decision: what it was about, in a few words, and its amount in minor units of ``currency``; None stands
    for the currency that was asked in.
    """

    title: Text | str
    amount: int
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class ActionDef:
    """Something a position may be entitled to do, ``module.noun:verb``; an authority entry names its key.

    ``resource`` is the resource type it is asked about. Without one the action is about the whole installation: only a
    scope that covers every unit of the day permits it, so ``require(session, actor, key)`` is the whole question. With
    one, that call only tells whether any entry speaks of it, and the service asks about the object. ``amount`` says
    that entries may carry a limit in money; ``no_self`` that nobody decides what he asked for or what benefits him;
    ``reveal`` actions open one masked field group and are logged.
    ``used`` answers what was used up under an entry, in minor units by currency, None for one that is not known; only
    with it may entries carry a total per period. It is asked under a lock that is held until the commit, so two
    decisions never share one remainder.
    ``siblings`` answers what was decided that is alike in some of the attributes ``alike`` (name and title); only with
    it may entries say that what is split into several counts together. It is asked under the same lock.
    ``recuse`` names the relations, ``relative`` and ``interest``, that keep somebody from doing it for whom he is
    related to: whoever asked, whom it benefits, whom the object is about. The resource then has anchors for them.
    ``side`` names the side of its resource from which scopes look at an object, where it belongs to several places at
    once: somebody who moves is let go by one head and taken by another.
    ``asked`` says that being asked permits it, as a published process asks somebody, and no entry has to: whoever makes
    an access token may let it cover that.
    """

    key: str
    title: Text
    resource: str | None = None
    power: Literal["read", "do", "decide", "reveal"] = "do"
    amount: bool = False
    no_self: bool = False
    recuse: tuple[Literal["relative", "interest"], ...] = ()
    used: Callable[[Session, Usage], Mapping[str | None, int]] | None = None
    alike: Mapping[str, Text] = field(default_factory=dict)
    siblings: Callable[[Session, Likeness], Sequence[Sibling]] | None = None
    side: str = ""
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What the scopes and limits of the authority list look at in one object.

    An empty tuple or None means unknown, and unknown never permits. ``gone`` says of an object without a place that
    it had one and was ended: whoever was allowed to end it did not move it out of his reach.
    """

    person_ids: tuple[int, ...] = ()
    unit_ids: tuple[int, ...] = ()
    position_ids: tuple[int, ...] = ()
    legal_entity_id: int | None = None
    amount: int | None = None
    currency: str | None = None
    creator_person_id: int | None = None
    beneficiary_person_id: int | None = None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Attribute:
    """A property of a resource that entries of a list may be restricted to: ``when: {category: ads}``.

    ``column`` is the mapped attribute that holds it: minor units for money, the label for a choice, hundredths for
    days, as ``type`` says. Money names the attribute that holds its currency.
    """

    title: Text
    type: Type
    column: str
    currency: str | None = None

    def __post_init__(self) -> None:
        if (self.type.kind == "money") != (self.currency is not None):
            raise ValueError(f"{self.column}: money, and only money, names the attribute of its currency")


#: SQL form of a scope for one resource type: given the entity the statement uses (the model or an alias of it), the
#: allowed ids (a subselect or a list) and a day, the predicate "this row belongs to one of them".
Anchor = Callable[[Any, "Select[Any] | Sequence[int]", date], "ColumnElement[bool]"]


def by_column(name: str) -> Anchor:
    """The usual anchor: the row itself holds the id in column ``name``."""

    def predicate(entity: Any, ids: Select[Any] | Sequence[int], _at: date) -> ColumnElement[bool]:
        found: ColumnElement[bool] = getattr(entity, name).in_(ids)
        return found

    return predicate


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Columns of a resource that are masked until revealed under an action of their own, asked with a purpose."""

    name: str
    title: Text
    fields: tuple[str, ...]
    reveal: str


@dataclass(frozen=True, slots=True)
class Side:
    """One of the places an object belongs to at once: what scopes look at there, for one object and in SQL."""

    facts: Callable[[Session, Any], Facts]
    anchors: Mapping[str, Anchor]


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A guarded model: which table, which facts scopes look at, and how each scope reads in SQL.

    ``anchors`` maps ``person``, ``unit``, ``position`` and ``legal_entity`` to predicates. A scope whose anchor is
    missing never matches. For actions that recuse, ``creator`` and ``beneficiary`` say of a row in SQL what its facts
    say, where they say it. ``attributes`` are what the conditions of entries may name. ``read`` is the action that
    lists ask for. ``material`` are the mapped attributes that a decision is about: when one of them changes, what was
    decided holds no longer. Where the whole of a row is revealed at once, such as the amounts of a payroll, ``holding``
    finds the ids of the rows that hold something of a person, so that he can be told who looked. ``acts`` tells of one
    row which actions were done on it and still count, by key, each with the persons who did it and those for whom they
    did it; only with it may lists keep its actions apart (``same_object``). An action it never tells of is kept apart
    only where it comes later. ``parents`` finds the records that one came from, such as the order of an invoice, of
    this resource type or another; what was done on them counts for rules about a whole line (``same_lineage``).
    ``sides`` are the places of a row that actions name (``ActionDef.side``); an action that names none is asked by
    ``facts`` and ``anchors`` of the whole.
    """

    name: str
    model: type[Any]
    facts: Callable[[Session, Any], Facts]
    anchors: Mapping[str, Anchor] = field(default_factory=dict)
    groups: tuple[FieldGroup, ...] = ()
    read: str = ""
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    material: tuple[str, ...] = ()
    holding: Callable[[Session, int], Collection[int]] | None = None
    acts: Callable[[Session, Any], Mapping[str, Collection[int]]] | None = None
    parents: Callable[[Session, Any], Sequence[Any]] | None = None
    sides: Mapping[str, Side] = field(default_factory=dict)

    def seen_from(self, side: str) -> ResourceType:
        """This type as an action of a side looks at it: the same rows, other places. ``KeyError`` for no such side."""
        return replace(self, facts=self.sides[side].facts, anchors=self.sides[side].anchors)


@dataclass(frozen=True, slots=True)
class SuggestedEntry:
    """An authority entry a module proposes to whoever writes the list; installing a module never grants it."""

    action: str
    scope: str
    title: Text
    limit: int | None = None
    currency: str | None = None
    roles: tuple[str, ...] = ()
