"""Types of values and the algebra of their units.

Every value is an integer counted in ``1 / scale`` of a whole: money in minor units, rates in millionths, days in
hundredths. Inside an expression the scale is whatever the exact product needs; it returns to the scale of the
declared type at the end, or the author is asked to round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from core.base.money import MINUS
from core.base.text import Text, catalogue

_ = catalogue("formula")

Kind = Literal["money", "rate", "days", "minutes", "count", "number", "bool", "enum"]

LARGEST = 2**63 - 1
"""The largest magnitude an int64 holds on both sides of zero."""

_SHOWN_DECIMALS = 12


class Span(NamedTuple):
    """The smallest and the largest integer a value can be."""

    low: int
    high: int

    @property
    def size(self) -> int:
        """The largest magnitude."""
        return max(abs(self.low), abs(self.high))


@dataclass(frozen=True, slots=True)
class Type:
    """The declared type of an input, a parameter or a result.

    ``scale`` is how many units make one whole (100 fen are one yuan), ``labels`` the values of an enum, whose
    integers are positions in ``labels``.
    """

    kind: Kind
    scale: int = 1
    labels: tuple[str, ...] = ()

    @property
    def bounds(self) -> Span:
        """The bounds of a value that declares none: wide enough for payroll, narrow enough for int64 products."""
        if self.kind == "enum":
            return Span(0, len(self.labels) - 1)
        return _BOUNDS[self.kind]

    def show(self, value: int) -> str:
        """A value of this type as people read it: ``8,000.00``, ``0.08``, ``true``, the label of an enum."""
        return show(self.kind, value, self.scale, self.labels)


_BOUNDS: dict[str, Span] = {
    "money": Span(-(10**11), 10**11),
    "rate": Span(-(10**7), 10**7),
    "days": Span(-(5 * 10**6), 5 * 10**6),
    "minutes": Span(-(10**6), 10**6),
    "count": Span(-(10**7), 10**7),
    "bool": Span(0, 1),
}

MONEY = Type("money", 100)
RATE = Type("rate", 1_000_000)
DAYS = Type("days", 100)
MINUTES = Type("minutes")
COUNT = Type("count")
BOOL = Type("bool")


def money(scale: int = 100) -> Type:
    """Money of a currency with ``scale`` minor units to the major one (100 for CNY, 1 for JPY)."""
    return Type("money", scale)


def enum(*labels: str) -> Type:
    """One of a few labels; a column holds positions in ``labels``."""
    return Type("enum", 1, labels)


def show(kind: Kind, value: int, scale: int, labels: tuple[str, ...] = ()) -> str:
    """A value as people read it. A fraction that no decimal holds ends in an ellipsis after six decimals."""
    if kind == "bool":
        return "true" if value else "false"
    if kind == "enum":
        return labels[value]
    whole, rest = divmod(abs(value), scale)
    digits, more = "", ""
    while rest and len(digits) < _SHOWN_DECIMALS:
        digit, rest = divmod(rest * 10, scale)
        digits += str(digit)
    if rest:
        digits, more = digits[:6], "…"
    if kind == "money":
        digits = digits.ljust(2, "0")
    sign = MINUS if value < 0 else ""
    return f"{sign}{whole:,}{'.' if digits else ''}{digits}{more}"


_NAMES: dict[str, Text] = {
    "money": _("money"),
    "rate": _("a rate"),
    "days": _("days"),
    "minutes": _("minutes"),
    "count": _("a count"),
    "number": _("a number"),
    "bool": _("a condition"),
    "enum": _("a choice"),
}


def kind_name(kind: Kind) -> Text:
    """The name of a kind in the reader's language, for messages and pages."""
    return _NAMES[kind]


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of a number inside an expression: exponents of money, days and minutes, and what is still open.

    A number written in the formula takes its unit from where it stands: in ``days_present * 15`` it can mean 15 yuan a
    day. ``free_money`` and ``free_time`` say that such a number is a factor, so that the product may still become
    money, days or minutes; ``free_plain`` that one is a divisor, so that ``revenue / 10000`` may become points, but
    only where a declared type says so.
    """

    money: int = 0
    days: int = 0
    minutes: int = 0
    free_money: bool = False
    free_time: bool = False
    free_plain: bool = False

    def kinds(self, *, declared: bool = False) -> frozenset[Kind]:
        """The kinds a value of this unit can be; ``declared`` where a declared type asks."""
        found: set[Kind] = set()
        powers = {self.money, self.money + self.free_money, self.money - (declared and self.free_plain)}
        if 1 in powers:
            found.add("money")
        if 0 in powers:
            if self.free_time or (self.days, self.minutes) == (0, 0):
                found.add("number")
            if self.free_time or (self.days, self.minutes) == (1, 0):
                found.add("days")
            if self.free_time or (self.minutes == 1 and self.days in (0, 1)):
                found.add("minutes")
        return frozenset(found)

    @property
    def exponents(self) -> tuple[int, int, int]:
        """Money, days, minutes."""
        return self.money, self.days, self.minutes

    @property
    def kind(self) -> Kind:
        """The kind to show the value as."""
        found = self.kinds()
        return next(iter(found)) if len(found) == 1 else "number"

    def times(self, other: Unit) -> Unit:
        """The unit of a product."""
        return Unit(
            self.money + other.money,
            self.days + other.days,
            self.minutes + other.minutes,
            self.free_money or other.free_money,
            self.free_time or other.free_time,
            self.free_plain or other.free_plain,
        )

    def over(self, other: Unit) -> Unit:
        """The unit of a quotient. A quotient counts in what it was divided by, so its time stays open."""
        return Unit(
            self.money - other.money,
            self.days - other.days,
            self.minutes - other.minutes,
            self.free_money,
            self.free_time or other.free_time or other.exponents != (0, 0, 0),
            self.free_plain or other.free_money,
        )

    def joined(self, other: Unit) -> Unit | None:
        """The one unit of two values that are added, compared or chosen between; None if they do not go together."""
        common = self.kinds() & other.kinds()
        if not common:
            return None
        free = (
            self.free_money and other.free_money,
            self.free_time and other.free_time,
            self.free_plain and other.free_plain,
        )
        if self.exponents == other.exponents:
            return Unit(*self.exponents, *free)
        if len(common) == 1:
            return _UNITS[next(iter(common))]
        return Unit(0, 0, 0, *free)


FREE = Unit(free_money=True, free_time=True)
"""The unit of a number written in a formula."""

_UNITS: dict[str, Unit] = {
    "money": Unit(money=1),
    "days": Unit(days=1),
    "minutes": Unit(minutes=1),
    "number": Unit(),
}


def unit_of(kind: Kind) -> Unit:
    """The unit of a declared numeric type."""
    return _UNITS.get(kind, Unit())


def asked_kind(kind: Kind) -> Kind:
    """What a unit must be able to be for a declared type: rates and counts are both plain numbers."""
    return "number" if kind in ("rate", "count") else kind
