"""Decision tables that tag leads and hand them over, what they said of each lead, and the people who take leads."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, Id, Translated, Translation, UtcDateTime, append_only


class RuleTable(Base):
    """A decision table: ``kind`` is ``tag`` for a group of tags, ``assign`` for who takes which lead.

    It belongs to the unit whose head changes it. A company has one table of the kind ``assign``.
    """

    __tablename__ = "crm_rule_table"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(8))
    title: Mapped[Translation] = mapped_column(Translated)
    order: Mapped[int] = mapped_column(Integer, default=0)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    __table_args__ = (
        UniqueConstraint("legal_entity_id", "code"),
        Index("ix_crm_rule_table_unit_id", "unit_id"),
    )


class RuleVersion(Base):
    """What a table says, said or is to say: ``state`` is ``draft``, ``in_force`` or ``replaced``.

    ``content`` is read by ``services/rules/content``: the columns and the rows. One that was published never changes.
    """

    __tablename__ = "crm_rule_version"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    table_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_rule_table.id"))
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12), default="draft")
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reason: Mapped[str] = mapped_column(String(400), default="")
    written_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    published_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("table_id", "version"),
        Index("ix_crm_rule_version_written_by_person_id", "written_by_person_id"),
        Index("ix_crm_rule_version_published_by_person_id", "published_by_person_id"),
    )


class LeadTag(Base):
    """The tag that a table gave a lead, and by which row of which version; row 1 is the first."""

    __tablename__ = "crm_lead_tag"

    lead_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_lead.id"), primary_key=True, autoincrement=False)
    table_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_rule_table.id"), primary_key=True, autoincrement=False)
    tag: Mapped[str] = mapped_column(String(40))
    version_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_rule_version.id"))
    row: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        Index("ix_crm_lead_tag_table_id", "table_id", "tag"),
        Index("ix_crm_lead_tag_version_id", "version_id", "row"),
    )


class LeadAssignment(Base):
    """That a lead was handed to somebody, or that nobody could take it, and why.

    ``row`` of ``version_id`` named the team; none where no row applied, or where somebody decided by hand
    (``by_person_id``). ``why`` holds who was passed over and for what reason, as ``services/arriving/choosing`` tells
    it.
    """

    __tablename__ = "crm_lead_assignment"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    lead_id: Mapped[int] = mapped_column(Id, ForeignKey("crm_lead.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    version_id: Mapped[int | None] = mapped_column(Id, ForeignKey("crm_rule_version.id"))
    row: Mapped[int | None] = mapped_column(Integer)
    by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"))
    why: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (
        Index("ix_crm_lead_assignment_lead_id", "lead_id", "id"),
        Index("ix_crm_lead_assignment_person_id", "person_id", "id"),
        Index("ix_crm_lead_assignment_unit_id", "unit_id"),
        Index("ix_crm_lead_assignment_version_id", "version_id", "row"),
        Index("ix_crm_lead_assignment_by_person_id", "by_person_id"),
    )


append_only(LeadAssignment.__table__)


class Rep(Base):
    """Somebody who takes leads for a team: what he knows, and how many open leads he has in hand at most.

    ``industries`` and ``products`` are codes of choices, none for all; ``skills`` are words that rows of the table
    ask for. ``most_open`` is for a full post: who holds half of one takes half as many.
    """

    __tablename__ = "crm_rep"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"))
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    industries: Mapped[list[Any]] = mapped_column(default=list)
    products: Mapped[list[Any]] = mapped_column(default=list)
    skills: Mapped[list[Any]] = mapped_column(default=list)
    most_open: Mapped[int] = mapped_column(Integer, default=40)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    __table_args__ = (
        UniqueConstraint("person_id", "unit_id"),
        CheckConstraint("most_open > 0", name="most_open_is_positive"),
        Index("ix_crm_rep_unit_id", "unit_id"),
        Index("ix_crm_rep_legal_entity_id", "legal_entity_id"),
    )
