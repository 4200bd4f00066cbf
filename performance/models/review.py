"""Reviews: of whom, by whom, what it came to, how it was moved, and whether it was contested."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from remit.models import Base, EncryptedJSON, EncryptedText, Id, UtcDateTime, append_only


class Review(Base):
    """The review of an employment in a cycle. Ratings are hundredths (430 = 4.30).

    ``rating`` is what those who wrote come to, worked out once nobody writes any more; ``final`` is it after
    calibration and appeal. ``potential`` is 1 to 3, by the manager. ``answer`` is what the reviewed said to the result:
    empty, seen, agreed, appealed. ``grounds`` are whose part counted, with the rating each came to.
    """

    __tablename__ = "performance_review"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_review_cycle.id"))
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"), index=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"), index=True)
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"), index=True)
    manager_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    rating: Mapped[int | None] = mapped_column(Integer)
    final: Mapped[int | None] = mapped_column(Integer)
    potential: Mapped[int | None] = mapped_column(Integer)
    grounds: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON("performance_review.grounds"))
    answer: Mapped[str] = mapped_column(String(10), default="")
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("cycle_id", "employment_id"),)


class ReviewAnswer(Base):
    """What one person writes about another: ``part`` is one of self, manager, matrix, peer, upward.

    ``state``: named (a peer the manager has not confirmed), asked, given. ``content`` is by section: a whole rating or
    a text. ``rating`` is what it comes to, in millionths of a rating.

    The audit log keeps nothing of this table, since whoever reads it would learn who answered and when: peers and
    subordinates are promised that nobody does. What became of the answers is in the log of the review.
    """

    __tablename__ = "performance_review_answer"
    __audit__: ClassVar[bool] = False

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    review_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_review.id"))
    part: Mapped[str] = mapped_column(String(10))
    writer_person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    state: Mapped[str] = mapped_column(String(10), default="asked")
    content: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON("performance_review_answer.content"))
    rating: Mapped[int | None] = mapped_column(Integer)

    __table_args__ = (
        CheckConstraint(
            "(part = 'self' AND writer_person_id = person_id) OR (part <> 'self' AND writer_person_id <> person_id)",
            name="nobody_is_his_own_peer",
        ),
        UniqueConstraint("review_id", "writer_person_id"),
    )


class ReviewMove(Base):
    """A final rating was moved in calibration or by an appeal: from, to, why, by whom and when. Kept for good."""

    __tablename__ = "performance_review_move"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    review_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_review.id"), index=True)
    before: Mapped[int] = mapped_column(Integer)
    after: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(400))
    moved_by_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    moved_at: Mapped[datetime] = mapped_column(UtcDateTime)


append_only(ReviewMove.__table__)


class ReviewAppeal(Base):
    """The reviewed contests a result: ``wanted`` is the rating that he thinks right. ``state``: open, changed, kept,
    withdrawn. ``outcome`` says why. Neither he nor the manager who rated him decides it.
    """

    __tablename__ = "performance_review_appeal"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    review_id: Mapped[int] = mapped_column(Id, ForeignKey("performance_review.id"), unique=True)
    person_id: Mapped[int] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    unit_id: Mapped[int] = mapped_column(Id, ForeignKey("core_unit.id"), index=True)
    legal_entity_id: Mapped[int] = mapped_column(Id, ForeignKey("core_legal_entity.id"), index=True)
    manager_person_id: Mapped[int | None] = mapped_column(Id, ForeignKey("core_person.id"), index=True)
    before: Mapped[int] = mapped_column(Integer)
    wanted: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(EncryptedText("performance_review_appeal.reason"))
    state: Mapped[str] = mapped_column(String(10), default="open")
    outcome: Mapped[str] = mapped_column(String(400), default="")
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    settled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


__all__ = ["Review", "ReviewAnswer", "ReviewAppeal", "ReviewMove"]
