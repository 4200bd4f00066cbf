"""A published list and its rows: duties, authority entries, KPI targets and boundaries. Published rows never change."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.base.period import FOREVER
from core.db.base import Base
from core.db.types import Id, Translated, Translation, UtcDateTime

SCOPES = ("self", "reports", "unit", "subtree", "company", "all")
EFFECTS = ("grant", "prohibit")
#: How a rule keeps duties apart: in one person's hands, on one object, on an object and what it came from, among
#: relatives, or in one post for too long.
SEPARATIONS = ("person_holds", "same_object", "same_lineage", "relation", "tenure")
RISKS = ("high", "medium", "low")


class PublishedList(Base):
    """One version of a unit's duty and authority list, in force from a day until the next version's day.

    The list without a unit is the installation's own: what everybody may do about himself, and the bootstrap entry
    of the first account. Nobody published what the product itself wrote when it was set up. ``tests`` is what its
    author expects it to answer.
    """

    __tablename__ = "core_list"
    __bumps_epoch__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_unit.id"))
    version: Mapped[int] = mapped_column(Integer)
    effective_from: Mapped[date] = mapped_column(Date)
    effective_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_by_account_id: Mapped[int | None] = mapped_column(Id)
    published_by_person_id: Mapped[int | None] = mapped_column(Id)
    source: Mapped[str] = mapped_column(String(200), default="")
    basis: Mapped[str | None] = mapped_column(String(400))
    tests: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))

    __table_args__ = (UniqueConstraint("unit_id", "version"),)


class Duty(Base):
    """A duty of a position, or of the whole unit when no position is named.

    ``matter`` names what it is about, so that two units claiming one matter can be found; ``raci`` is R, A, C or I.
    """

    __tablename__ = "core_duty"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    list_id: Mapped[int] = mapped_column(Id, ForeignKey("core_list.id"))
    code: Mapped[str] = mapped_column(String(40))
    position_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_position.id"))
    text: Mapped[Translation] = mapped_column(Translated)
    raci: Mapped[str] = mapped_column(String(1), default="R")
    matter: Mapped[str | None] = mapped_column(String(80))
    order: Mapped[int] = mapped_column("sort_order", Integer, default=100)

    __table_args__ = (Index("ix_core_duty_list_id", "list_id"), Index("ix_core_duty_position_id", "position_id"))


class KpiTarget(Base):
    """What a position is assessed by: a metric, a comparison, a target in millionths of its unit, and a weight."""

    __tablename__ = "core_kpi_target"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    list_id: Mapped[int] = mapped_column(Id, ForeignKey("core_list.id"))
    code: Mapped[str] = mapped_column(String(40))
    position_id: Mapped[int] = mapped_column(Id, ForeignKey("core_position.id"))
    duty_code: Mapped[str | None] = mapped_column(String(40))
    title: Mapped[Translation] = mapped_column(Translated)
    metric: Mapped[str] = mapped_column(String(80))
    comparison: Mapped[str] = mapped_column(String(10), default="at_least")
    target: Mapped[int] = mapped_column(BigInteger)
    unit: Mapped[str] = mapped_column(String(20), default="count")
    period: Mapped[str] = mapped_column(String(10), default="month")
    weight: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (Index("ix_core_kpi_target_position_id", "position_id"),)


class AuthorityEntry(Base):
    """What a position may decide: an action within a scope, up to a limit.

    Without a position the entry speaks of everybody who holds a post. ``scope_unit_id`` is the unit of a ``unit`` or
    ``subtree`` scope; without one it is the holder's own unit. ``limit_minor`` includes the number itself (不超过);
    ``cap_minor`` is the total per ``cap_period``. ``needs_second`` are the persons who must agree, where one is not
    enough. One with ``break_hours`` is dormant until its holder opens it for as many hours. What was decided within
    ``split_days`` and is alike in the attributes ``split_by`` (joined by ``+``) counts together with the case, against
    ``limit_minor``. ``conditions`` are attributes that must be as named. Who holds one that is ``grantable`` may give
    as much to others by lists. A bootstrap entry speaks of one account instead of a position.
    """

    __tablename__ = "core_authority"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    list_id: Mapped[int] = mapped_column(Id, ForeignKey("core_list.id"))
    code: Mapped[str] = mapped_column(String(40))
    position_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_position.id"))
    effect: Mapped[str] = mapped_column(String(10), default="grant")
    action: Mapped[str] = mapped_column(String(100))
    title: Mapped[Translation] = mapped_column(Translated)
    scope: Mapped[str] = mapped_column(String(10))
    scope_unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_unit.id"))
    limit_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    cap_minor: Mapped[int | None] = mapped_column(BigInteger)
    cap_period: Mapped[str | None] = mapped_column(String(10))
    split_by: Mapped[str | None] = mapped_column(String(200))
    split_days: Mapped[int | None] = mapped_column(Integer)
    needs_second: Mapped[int | None] = mapped_column(Integer)
    break_hours: Mapped[int | None] = mapped_column(Integer)
    conditions: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    power: Mapped[str] = mapped_column(String(10), default="decide")
    duty_code: Mapped[str | None] = mapped_column(String(40))
    basis: Mapped[str | None] = mapped_column(String(200))
    delegable: Mapped[bool] = mapped_column(Boolean, default=False)
    by_acting: Mapped[bool] = mapped_column(Boolean, default=True)
    grantable: Mapped[bool] = mapped_column(Boolean, default=False)
    bootstrap: Mapped[bool] = mapped_column(Boolean, default=False)
    account_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        Index("ix_core_authority_position_id", "position_id"),
        Index("ix_core_authority_list_id", "list_id"),
    )


class Delegation(Base):
    """What the holder of a post lets somebody else decide in his stead, during ``[valid_from, valid_to)``.

    It names entries of the post by their codes and is read together with what the list says of them on the day: an
    entry that is gone, or the end of the holder's own assignment, ends it as well. ``limit_minor`` and ``unit_id``
    narrow what the entries allow, never widen it. ``from_person_id`` is who holds ``from_assignment_id``.
    """

    __tablename__ = "core_delegation"
    __bumps_epoch__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    from_assignment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_assignment.id"))
    from_person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    to_person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    limit_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_unit.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(400))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by_account_id: Mapped[int | None] = mapped_column(Id)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked_by_person_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        Index("ix_core_delegation_to_person_id", "to_person_id", "valid_to"),
        Index("ix_core_delegation_from_person_id", "from_person_id", "valid_to"),
        Index("ix_core_delegation_from_assignment_id", "from_assignment_id"),
    )


class DelegatedEntry(Base):
    """An entry of the post, by its code, that a delegation hands over."""

    __tablename__ = "core_delegated_entry"

    delegation_id: Mapped[int] = mapped_column(
        Id, ForeignKey("core_delegation.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(String(40), primary_key=True)


class SeparationRule(Base):
    """Actions that a list keeps apart, wherever they are done; ``actions`` are patterns as entries use them.

    ``person_holds``: nobody holds two of them. ``same_object``: whoever did one of them on an object does no other on
    it. ``same_lineage``: the same, and on what the object came from. ``relation``: nobody does them for a relative or
    one in whom he has an interest. ``tenure``: whoever may do them leaves the post after ``months``.
    """

    __tablename__ = "core_separation"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    list_id: Mapped[int] = mapped_column(Id, ForeignKey("core_list.id"))
    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    actions: Mapped[list[str]] = mapped_column(JSON)
    months: Mapped[int | None] = mapped_column(Integer)
    risk: Mapped[str] = mapped_column(String(10), default="medium")
    basis: Mapped[str | None] = mapped_column(String(200))

    __table_args__ = (Index("ix_core_separation_list_id", "list_id"),)


class SeparationMitigation(Base):
    """What keeps the risk small while one person does what a rule keeps apart, during ``[valid_from, valid_to)``.

    It names the rule by the unit of its list (None: the installation's own) and its code, so that it outlives new
    versions of the list. It always ends.
    """

    __tablename__ = "core_separation_mitigation"
    __bumps_epoch__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_unit.id"))
    rule_code: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    control: Mapped[str] = mapped_column(String(500))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    approved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    approved_by_account_id: Mapped[int | None] = mapped_column(Id)
    approved_by_person_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (Index("ix_core_separation_mitigation_person_id", "person_id", "valid_to"),)


class PersonRelation(Base):
    """A relation between two persons for which one steps back from deciding about the other (回避), during
    ``[valid_from, valid_to)``.

    ``kind`` says what the other is to ``person_id``: ``spouse``, ``parent``, ``child``, ``sibling``, ``relative`` or
    ``interest``. Whoever declared it is bound at once, the other when it is confirmed. ``note`` is for those two and
    whoever confirms.
    """

    __tablename__ = "core_person_relation"
    __bumps_epoch__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    other_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(200), default="")
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    declared_by_account_id: Mapped[int | None] = mapped_column(Id)
    declared_by_person_id: Mapped[int | None] = mapped_column(Id)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_by_account_id: Mapped[int | None] = mapped_column(Id)
    confirmed_by_person_id: Mapped[int | None] = mapped_column(Id)

    __table_args__ = (
        Index("ix_core_person_relation_person_id", "person_id", "valid_to"),
        Index("ix_core_person_relation_other_id", "other_id", "valid_to"),
    )


class BreakGlass(Base):
    """A dormant entry that its holder opened for an emergency, until ``until``, and what his superior says of it.

    ``entry`` is the citation, such as ``MKT-ACQ-H.A7``, in the version it had. It is looked at again by ``review_by``.
    """

    __tablename__ = "core_break_glass"
    __bumps_epoch__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    account_id: Mapped[int | None] = mapped_column(Id)
    assignment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_assignment.id"))
    entry: Mapped[str] = mapped_column(String(128))
    list_version: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(500))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    review_by: Mapped[date] = mapped_column(Date)
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reviewed_by_account_id: Mapped[int | None] = mapped_column(Id)
    reviewed_by_person_id: Mapped[int | None] = mapped_column(Id)
    review: Mapped[str] = mapped_column(String(500), default="")

    __table_args__ = (
        Index("ix_core_break_glass_until", "until"),
        Index("ix_core_break_glass_person_id", "person_id", "until"),
        Index("ix_core_break_glass_assignment_id", "assignment_id"),
    )


class Boundary(Base):
    """A matter that crosses units: who leads, and where the hand-over lies. Drawn on the collaboration view."""

    __tablename__ = "core_boundary"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    list_id: Mapped[int] = mapped_column(Id, ForeignKey("core_list.id"))
    code: Mapped[str] = mapped_column(String(40))
    matter: Mapped[str] = mapped_column(String(80))
    lead_unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    text: Mapped[Translation] = mapped_column(Translated)


class BoundarySupport(Base):
    """A unit on the other side of a boundary."""

    __tablename__ = "core_boundary_support"

    boundary_id: Mapped[int] = mapped_column(Id, ForeignKey("core_boundary.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"), primary_key=True)
