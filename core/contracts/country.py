"""What a country pack tells payroll and the calendar: frozen data and pure functions, nothing that acts.

Units throughout: money in minor units, rates in 10^-6, days in 10^-2, periods half-open. Titles are
translated data, ``{"zh_CN": ..., "en": ...}``. Every number that a law or a notice sets is a dated
``Parameter`` with its source.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import numpy as np

from core.base.errors import DomainError
from core.base.period import FOREVER
from core.contracts.columnar import IntColumn
from core.contracts.filing import Confidence, FileFormat, Names

ComponentKind = Literal["earning", "deduction", "employer", "information", "accumulator"]
ValueType = Literal["money", "rate", "days", "minutes", "count", "bool"]
Origin = Literal["gross", "employment", "entity", "period", "accumulator", "deduction", "module"]
Basis = Literal["work", "payment"]
KindOfDay = Literal["workday", "rest", "holiday"]


@dataclass(frozen=True, slots=True)
class Band:
    """One row of a progressive table. ``up_to`` belongs to the band (不超过); None is the open last band.

    Tax of an amount in the band = amount x ``rate`` - ``quick`` (速算扣除数).
    """

    up_to: int | None
    rate: int
    quick: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """One dated number or table that a law or a notice sets, with where it comes from.

    ``place`` is ``CN`` or a place inside it such as ``CN-SH``. ``known_from`` is the day the notice was
    published (None: no later than ``valid_from``): notices come months late and reach back, so a run of
    July computed in August must be repeatable without the notice of September. ``basis`` says which month
    selects the row: the month that was worked, or the month of payment (tax).
    """

    code: str
    place: str
    valid_from: date
    valid_to: date
    unit: str
    source: str
    confidence: Confidence
    value: int | None = None
    rows: tuple[Band, ...] = ()
    known_from: date | None = None
    basis: Basis = "work"
    title: Names = field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        if (self.value is None) == (not self.rows):
            raise ValueError(f"parameter {self.code} of {self.place} has either a value or rows")
        if self.valid_to <= self.valid_from:
            raise ValueError(f"parameter {self.code} of {self.place} ends before it starts")


@dataclass(frozen=True, slots=True)
class Selected:
    """A parameter chosen for a month; ``carried`` when no row covers it yet and the last one goes on."""

    parameter: Parameter
    carried: bool


@dataclass(frozen=True, slots=True)
class LineGroup:
    """A heading under which components stand together where single ones would be too many: social insurance.

    ``order`` places it among the groups of the company, which run from 10 (what is agreed) to 190 (what else is
    deducted); contributions and taxes stand between 100 and 190.
    """

    code: str
    title: Names
    order: int


@dataclass(frozen=True, slots=True)
class Component:
    """One line of a payslip (or of its background) as formula data.

    ``formula`` is an expression of ``core/formula`` over inputs, parameters and other components. ``kind``
    says what the engine does with the result: ``earning`` adds to gross, ``deduction`` takes from net,
    ``employer`` is cost outside the payslip's net, ``information`` is shown, ``accumulator`` is carried to
    the next slip. ``group`` names one of the country's groups.
    """

    code: str
    title: Names
    kind: ComponentKind
    type: ValueType
    formula: str
    legal_source: str
    order: int
    valid_from: date = date(1900, 1, 1)
    valid_to: date = FOREVER
    group: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """One column the formulas of a country read and payroll provides. Where nobody speaks it is ``default``;
    None means that the formulas ask themselves whether it is known.

    ``origin`` says who knows it: ``gross`` (sum of earnings), ``employment`` or ``entity`` (a dated fact),
    ``period`` (follows from the months), ``accumulator`` (last locked slip or opening), ``deduction`` (what
    the employee or the tax client reported), ``module`` (what a module gives for the month, ``give_pay_inputs``).
    What reads a ``module`` input is no line of a run for which no module gave it. ``lowest`` and ``highest`` name
    parameters that bound it, for the check at entry.
    """

    code: str
    title: Names
    type: ValueType
    origin: Origin
    default: int | None = 0
    lowest: str | None = None
    highest: str | None = None


@dataclass(frozen=True, slots=True)
class Accumulator:
    """A running total per withholding agent and tax year.

    The engine hands the value of component ``code`` on the last locked slip (or the imported opening) to
    the formulas as ``input``; with a new tax year or a new agent it hands zero.
    """

    code: str
    input: str
    title: Names


@dataclass(frozen=True, slots=True)
class Identifier:
    """A kind of number that identifies a person, a company or an account.

    ``check`` returns None or the refusal with its remedy; ``warning`` true means that the finding is shown
    and the number accepted. ``mask`` hides what a list must not show.
    """

    kind: str
    title: Names
    check: Callable[[str], DomainError | None]
    mask: Callable[[str], str]
    normal: Callable[[str], str]
    warning: bool = False


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day that differs from what its weekday says, or carries a name.

    ``holiday`` with ``statutory`` earns the highest overtime rate; ``rest`` is a day off of the arrangement;
    ``workday`` on a weekend is a make-up workday and counts as any other workday.
    """

    place: str
    day: date
    kind: KindOfDay
    statutory: bool
    name: Names


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The notice that a year's days come from. Not ``complete``: the arrangement is not published yet."""

    year: int
    source: str
    confidence: Confidence
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Calendar:
    """All days of one place. ``weekend`` holds weekdays as ``date.weekday()`` counts them."""

    place: str
    title: Names
    days: tuple[CalendarDay, ...]
    years: tuple[CalendarYear, ...]
    weekend: frozenset[int] = frozenset({5, 6})
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Place:
    """A place with rules of its own; ``code`` extends its parent's with a hyphen (``CN-SH``, ``CN``).

    ``aliases`` are other names that rosters use for it.
    """

    code: str
    title: Names
    aliases: tuple[str, ...] = ()


class MissingParameter(LookupError):
    """No row of a parameter reaches a place and month; ``code`` and ``place`` say which."""

    def __init__(self, code: str, place: str, day: date) -> None:
        super().__init__(f"no value of {code} for {place} at {day}")
        self.code = code
        self.place = place
        self.day = day


@dataclass(frozen=True)
class Country:
    """A country pack's whole answer to ``register_country``. ``functions`` are ``Function``s of the formula
    language that its components call beyond the built-in ones.
    """

    code: str
    title: Names
    currency: str
    components: tuple[Component, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    functions: tuple[Any, ...] = ()
    accumulators: tuple[Accumulator, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    calendars: tuple[Calendar, ...] = ()
    files: tuple[FileFormat, ...] = ()
    inputs: tuple[Input, ...] = ()
    places: tuple[Place, ...] = ()
    groups: tuple[LineGroup, ...] = ()

    def find_place(self, text: str) -> Place | None:
        """The place that a roster means by a code, a title in any language or another name; None if unknown."""
        wanted = text.strip().casefold()
        for place in self.places:
            if wanted in (name.casefold() for name in (place.code, *place.title.values(), *place.aliases)):
                return place
        return None

    def select(
        self,
        place: str,
        *,
        work_month: date,
        tax_month: date | None = None,
        known_on: date | None = None,
    ) -> dict[str, Selected]:
        """Every parameter that applies at ``place``, by code; a place inherits what its parents say.

        ``work_month`` and ``tax_month`` (default: the same) are first days of months. ``known_on`` leaves
        out rows published later. Where no row covers the month, the last one that ended goes on, marked
        ``carried``: a new floor that is not published yet must not stop the payroll.
        """
        found: dict[str, Selected] = {}
        for code, rows in self._by_code(place).items():
            day = work_month if rows[0].basis == "work" or tax_month is None else tax_month
            for level in lineage(place):
                chosen = _choose([row for row in rows if row.place == level], day, known_on)
                if chosen is not None:
                    found[code] = chosen
                    break
        return found

    def columns(
        self,
        places: Sequence[str],
        where: IntColumn,
        *,
        work_month: date,
        tax_month: date | None = None,
        known_on: date | None = None,
    ) -> dict[str, IntColumn]:
        """The scalar parameters as int64 columns: element i is the value at ``places[where[i]]``.

        Raises ``MissingParameter`` when a code is known at one of the places and unknown at another.
        """
        chosen = [
            self.select(place, work_month=work_month, tax_month=tax_month, known_on=known_on)
            for place in places
        ]
        codes = sorted({code for here in chosen for code in here if here[code].parameter.value is not None})
        result: dict[str, IntColumn] = {}
        for code in codes:
            values = []
            for place, here in zip(places, chosen, strict=True):
                if code not in here:
                    raise MissingParameter(code, place, work_month)
                values.append(here[code].parameter.value)
            result[code] = np.array(values, dtype=np.int64)[where]
        return result

    def tables(
        self, *, work_month: date, tax_month: date | None = None, known_on: date | None = None
    ) -> dict[str, tuple[Band, ...]]:
        """The country-wide tables (tax bands) of a month, by code."""
        chosen = self.select(self.code, work_month=work_month, tax_month=tax_month, known_on=known_on)
        return {code: here.parameter.rows for code, here in chosen.items() if here.parameter.rows}

    def _by_code(self, place: str) -> dict[str, list[Parameter]]:
        levels = lineage(place)
        rows: dict[str, list[Parameter]] = {}
        for parameter in self.parameters:
            if parameter.place in levels:
                rows.setdefault(parameter.code, []).append(parameter)
        return rows


def lineage(place: str) -> tuple[str, ...]:
    """The place and those above it, nearest first: CN-SH, CN."""
    parts = place.split("-")
    return tuple("-".join(parts[:length]) for length in range(len(parts), 0, -1))


def _choose(rows: Sequence[Parameter], day: date, known_on: date | None) -> Selected | None:
    known = [
        row for row in rows if known_on is None or row.known_from is None or row.known_from <= known_on
    ]
    valid = [row for row in known if row.valid_from <= day < row.valid_to]
    if valid:
        return Selected(max(valid, key=lambda row: row.known_from or row.valid_from), carried=False)
    ended = [row for row in known if row.valid_to <= day]
    if ended:
        return Selected(max(ended, key=lambda row: row.valid_to), carried=True)
    return None
