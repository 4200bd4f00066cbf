"""Units: companies, branches, departments, groups, projects and bodies, in one tree that changes over time."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from core.base.period import FOREVER
from core.db.base import Base
from core.db.no_overlap import no_overlap
from core.db.types import Id, Translated, Translation

UNIT_KINDS = ("company", "branch", "department", "group", "project", "body")


class Unit(Base):
    """The identity of a unit: what everything references. Its name and place in the tree stand in versions."""

    __tablename__ = "core_unit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    external_id: Mapped[str | None] = mapped_column(String(80), unique=True)


class UnitVersion(Base):
    """A unit as it was during ``[valid_from, valid_to)``.

    ``order`` is the manual order among siblings. ``is_withholding_agent`` and ``contribution_place`` make a branch
    its own tax agent and place of social insurance; employees below it inherit them unless their terms say otherwise.
    """

    __tablename__ = "core_unit_version"
    __bumps_epoch__ = True

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date, default=FOREVER)
    parent_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_unit.id"))
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"))
    title: Mapped[Translation] = mapped_column(Translated)
    mission: Mapped[Translation | None] = mapped_column(Translated)
    kind: Mapped[str] = mapped_column(String(20), default="department")
    order: Mapped[int] = mapped_column("sort_order", Integer, default=100)
    is_withholding_agent: Mapped[bool] = mapped_column(Boolean, default=False)
    credit_code: Mapped[str | None] = mapped_column(String(18))
    contribution_place: Mapped[str | None] = mapped_column(String(40))

    __table_args__ = (
        Index("ix_core_unit_version_unit_id_valid_from", "unit_id", "valid_from"),
        Index("ix_core_unit_version_parent_id", "parent_id"),
    )


no_overlap(UnitVersion.__table__, keys=["unit_id"], period=("valid_from", "valid_to"))


class UnitOrder(Base):
    """Pre-order numbers of the tree that was in force during ``[valid_from, valid_to)``.

    A unit and all below it are the rows whose ``lft`` lies in ``[lft, rgt)`` of the unit, which turns a scope over a
    subtree into one range instead of a recursive query. Rebuilt whenever the tree changes.
    """

    __tablename__ = "core_unit_order"
    __audit__ = False  # follows from the versions

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    # The numbers follow from the versions, so they never keep a unit from being deleted.
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id", ondelete="CASCADE"))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date] = mapped_column(Date)
    lft: Mapped[int] = mapped_column(Integer)
    rgt: Mapped[int] = mapped_column(Integer)
    depth: Mapped[int] = mapped_column(Integer)
    legal_entity_id: Mapped[int] = mapped_column(Id)

    __table_args__ = (
        Index("ix_core_unit_order_lft", "valid_from", "lft"),
        Index("ix_core_unit_order_unit_id", "unit_id", "valid_from"),
    )
