"""Where punches are made, and where those from the web were."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from attendance.rules.places import Circle, Spot
from remit.models import Base, EncryptedText, Id, Translated, Translation, append_only

INSIDE: Final = "inside"
OUTSIDE: Final = "outside"
#: It told where it was, and its group has no place to compare with.
ANYWHERE: Final = "anywhere"
#: The person did not let the browser tell, or the browser could not.
REFUSED: Final = "refused"
MISSING: Final = "missing"
WHEREABOUTS: Final = (INSIDE, OUTSIDE, ANYWHERE, REFUSED, MISSING)


class Place(Base):
    """A place where people of an attendance group punch: ``radius`` metres around a spot in millionths of a degree."""

    __tablename__ = "attendance_place"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    group_id: Mapped[int] = mapped_column(Id, ForeignKey("attendance_group.id"), index=True)
    title: Mapped[Translation] = mapped_column(Translated)
    latitude: Mapped[int] = mapped_column(Integer)
    longitude: Mapped[int] = mapped_column(Integer)
    radius: Mapped[int] = mapped_column(Integer)
    active: Mapped[bool] = mapped_column(Boolean, default=True)

    __table_args__ = (
        CheckConstraint("radius > 0", name="radius_is_positive"),
        CheckConstraint("latitude BETWEEN -90000000 AND 90000000", name="latitude_is_on_earth"),
        CheckConstraint("longitude BETWEEN -180000000 AND 180000000", name="longitude_is_on_earth"),
    )

    @property
    def circle(self) -> Circle:
        """The place as the pure rules know it."""
        return Circle(self.id, Spot(self.latitude, self.longitude), self.radius)


class PunchPlace(Base):
    """Where a punch from the web was made, as the browser told it: sealed, since where people are is sensitive.

    ``whereabouts`` is one of ``WHEREABOUTS``; ``distance`` the metres to the place whose edge was nearest, ``accuracy``
    those the browser vouched for. ``spot`` is ``latitude,longitude`` in millionths of a degree, empty where unknown.
    """

    __tablename__ = "attendance_punch_place"

    punch_id: Mapped[int] = mapped_column(Id, ForeignKey("attendance_punch.id"), primary_key=True)
    employment_id: Mapped[int] = mapped_column(Id, ForeignKey("core_employment.id"), index=True)
    whereabouts: Mapped[str] = mapped_column(String(10))
    place_id: Mapped[int | None] = mapped_column(Id, ForeignKey("attendance_place.id"))
    distance: Mapped[int | None] = mapped_column(Integer)
    accuracy: Mapped[int | None] = mapped_column(Integer)
    spot: Mapped[str] = mapped_column(EncryptedText("attendance_punch_place.spot"), default="")


append_only(PunchPlace.__table__)
