"""What the review of a run shows: its steps, its figures against last month, a page of its slips.

Amounts of people stand in it only where they are open (``services.look``); the totals of the run are for everybody who
may read the run, unless they would tell of few people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session, aliased

from payroll import actions
from payroll.models import SLIP_COLUMNS, PayGroup, PayPeriod, Run, RunColumn, Slip
from payroll.services import look
from payroll.services.slip import columns_of
from remit.base import Actor, Month
from remit.models import Employment, LegalEntity, Person, Translation, UnitVersion, dated, guard
from remit.services import system, visible
from remit.text import current_locale

PAGE = 25
Kind = Literal["all", "problems", "joiners", "leavers"]
#: Orders that tell nothing of amounts.
_MASKED_ORDERS = ("number", "name", "-name")
KINDS: tuple[Kind, ...] = ("all", "problems", "joiners", "leavers")


@dataclass(frozen=True, slots=True)
class Asked:
    """What of a run somebody wants to see. ``sort`` is ``number``, ``name``, ``net``, ``change`` or the code of a
    heading, with a minus from the most to the least; amounts sort only while all of them are open. ``covered`` keeps
    open amounts masked, against a glance over the shoulder.
    """

    kind: Kind = "all"
    page: int = 1
    unit: int | None = None
    sort: str = "number"
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """Components that stand together in one column of the table; ``signs`` by their code, deductions negative."""

    code: str
    title: Translation
    signs: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One slip in the table. ``sums`` by heading, ``net`` and ``before`` (net of last month) only where it is open."""

    slip_id: int
    person_id: int
    name: str
    number: str
    unit: str
    sums: Mapping[str, int] = field(default_factory=dict)
    net: int | None = None
    before: int | None = None
    problems: tuple[str, ...] = ()

    @property
    def shown(self) -> bool:
        """Whether its amounts are open."""
        return self.net is not None

    @property
    def change(self) -> int | None:
        """Change of net against last month in millionths; None without a month before."""
        if not self.before or self.net is None:
            return None
        return (self.net - self.before) * 1_000_000 // self.before


@dataclass(frozen=True, slots=True)
class Review:
    """A page of a run's slips. ``may_open`` says that the actor may open amounts of others, ``open_until`` that he did;
    ``sortable`` that all amounts are open. ``units`` are (id, title, payslips). ``told`` are the ids of the run and of
    the one before as far as their totals may be told.
    """

    run: Run
    asked: Asked
    month: Month
    pay_date: date
    group: Translation
    country: str
    before: Run | None
    headings: list[Heading]
    rows: list[ReviewRow]
    counts: dict[str, int]
    units: list[tuple[int, str, int]]
    columns: list[RunColumn]
    slips: dict[int, Slip]
    may_open: bool
    open_until: datetime | None
    sortable: bool
    told: frozenset[int]

    @property
    def total(self) -> int:
        """How many slips there are of the kind that is shown."""
        return self.counts[self.asked.kind]

    @property
    def last_page(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // PAGE))

    @property
    def open(self) -> bool:
        """Whether amounts are shown."""
        return self.open_until is not None and not self.asked.covered


def runs_list(session: Session, actor: Actor) -> list[tuple[Run, Month, Any, Translation]]:
    """The runs an actor may see, the latest month first."""
    statement: Any = (
        select(Run, PayPeriod.work_month, PayPeriod.pay_date, PayGroup.title)
        .join(PayPeriod, PayPeriod.id == Run.pay_period_id)
        .join(PayGroup, PayGroup.id == Run.group_id)
        .order_by(PayPeriod.work_month.desc(), Run.id.desc())
        .limit(60)
    )
    rows = session.execute(visible(session, actor, actions.RUN_READ, statement))
    return [(run, Month.from_number(month), day, title) for run, month, day, title in rows]


def review(session: Session, actor: Actor, run: Run, asked: Asked) -> Review:
    """A page of a run that the actor may read; half a dozen statements at any size."""
    with system(session, "the frame of a run that may be read"):
        period, group, country, before = frame(session, run)
        columns = columns_of(session, run.id)
    month = Month.from_number(period.work_month)
    troubled = _troubled(run)
    whole = visible(session, actor, actions.SLIP_READ, select(Slip).where(Slip.run_id == run.id))
    base = whole.where(Slip.unit_id == asked.unit) if asked.unit is not None else whole
    counts, to_open = _counts(session, actor, run, base, month, troubled)
    may_open = to_open[0] > to_open[1]
    until = look.open_until(session, run) if may_open else None
    is_open = until is not None and not asked.covered
    sortable = is_open and to_open[0] == to_open[2]
    headings = _headings(run, columns)
    chosen = _narrowed(base, asked.kind, month, troubled)
    order = _order(asked.sort if sortable or asked.sort in _MASKED_ORDERS else "number", headings, columns)
    found = _page(session, chosen, asked, month, before, order)
    shown: frozenset[int] = frozenset()
    if is_open:
        ids = [slip.id for slip, *_told in found]
        shown = frozenset(ids) if sortable else look.shown_of(session, actor, ids)
    rows = [_row(one, headings, columns, troubled, one[0].id in shown) for one in found]
    return Review(
        run, asked, month, period.pay_date, group.title, country, before, headings, rows, counts,
        _units(session, whole, month), columns, {one[0].id: one[0] for one in found}, may_open, until, sortable,
        look.totals_told(session, actor, [run] if before is None else [run, before]),
    )  # fmt: skip


def frame(session: Session, run: Run) -> tuple[PayPeriod, PayGroup, str, Run | None]:
    """Period, group and country of a run, and the run of the month before, in one statement."""
    earlier, then = aliased(PayPeriod), aliased(Run)
    month = PayPeriod.work_month
    last = case((month % 100 == 1, month - 89), else_=month - 1)
    row = session.execute(
        select(PayPeriod, PayGroup, LegalEntity.country, then)
        .join(PayGroup, PayGroup.id == PayPeriod.group_id)
        .join(LegalEntity, LegalEntity.id == PayGroup.legal_entity_id)
        .outerjoin(earlier, and_(earlier.group_id == PayPeriod.group_id, earlier.work_month == last))
        .outerjoin(then, and_(then.pay_period_id == earlier.id, then.kind == "regular", then.state != "draft"))
        .where(PayPeriod.id == run.pay_period_id)
    ).one()
    return row[0], row[1], row[2], row[3]


def _troubled(run: Run) -> dict[int, list[dict[str, str]]]:
    told: dict[int, list[dict[str, str]]] = {}
    for problem in run.problems or []:
        for employment in problem["employments"]:
            told.setdefault(employment, []).append(problem["text"])
    return told


def _narrowed(base: Select[Any], kind: Kind, month: Month, troubled: dict[int, Any]) -> Select[Any]:
    if kind == "problems":
        return base.where(Slip.employment_id.in_(list(troubled)))
    if kind == "joiners":
        hired = select(Employment.id).where(Employment.hired_on >= month.start, Employment.hired_on < month.period.end)
        return base.where(Slip.employment_id.in_(hired))
    if kind == "leavers":
        left = select(Employment.id).where(Employment.left_on > month.start, Employment.left_on <= month.period.end)
        return base.where(Slip.employment_id.in_(left))
    return base


def _counts(
    session: Session, actor: Actor, run: Run, base: Select[Any], month: Month, troubled: dict[int, Any]
) -> tuple[dict[str, int], tuple[int, int, int]]:
    """Slips of each kind; and of the run: how many the actor may open, how many of these are his own, how many there
    are that he may read.
    """
    every = visible(session, actor, actions.SLIP_READ, select(Slip.id).where(Slip.run_id == run.id))
    opens = visible(session, actor, actions.SLIP_REVEAL, select(Slip.id).where(Slip.run_id == run.id))
    wanted = [
        *(_narrowed(base, kind, month, troubled) for kind in KINDS),
        opens, opens.where(Slip.person_id == (actor.person_id or 0)), every,
    ]  # fmt: skip
    parts = [select(func.count()).select_from(one.subquery()).scalar_subquery() for one in wanted]
    with system(session, "how many slips there are of each kind"):
        numbers = session.execute(guard.carry(select(*parts), base, opens, every)).one()
    count = len(KINDS)
    return dict(zip(KINDS, numbers[:count], strict=True)), (numbers[count], numbers[count + 1], numbers[count + 2])


def _units(session: Session, base: Select[Any], month: Month) -> list[tuple[int, str, int]]:
    """The units people of the run belong to, with the number of payslips."""
    found = base.with_only_columns(Slip.unit_id, func.count().label("slips")).group_by(Slip.unit_id).subquery()
    statement = (
        select(found.c.unit_id, UnitVersion.title, found.c.slips)
        .join(UnitVersion, UnitVersion.unit_id == found.c.unit_id)
        .where(dated.as_of(UnitVersion, month.period.last))
        .order_by(found.c.unit_id)
    )
    with system(session, "titles of units whose slips may be read"):
        return [(unit, str(title), count) for unit, title, count in session.execute(guard.carry(statement, base))]


def _headings(run: Run, columns: Sequence[RunColumn]) -> list[Heading]:
    """The headings that the run froze from its components; a component of none stands alone."""
    signs = {one.code: -1 if one.kind == "deduction" else 1 for one in columns if one.kind in ("earning", "deduction")}
    found = [
        Heading(one["code"], Translation(one["title"]), {code: signs[code] for code in one["codes"] if code in signs})
        for one in (run.frozen or {}).get("groups", [])
    ]
    taken = {code for one in found for code in one.signs}
    alone = [Heading(one.code, one.title, {one.code: signs[one.code]}) for one in columns
             if one.code in signs and one.code not in taken]  # fmt: skip
    return [one for one in (*found, *alone) if one.signs]


def _order(sort: str, headings: Sequence[Heading], columns: Sequence[RunColumn]) -> tuple[str, Any]:
    """The way and the sum that rows are put in order by; names and net are known to ``_page``."""
    way, key = ("desc" if sort.startswith("-") else "asc"), sort.lstrip("-")
    heading = next((one for one in headings if one.code == key), None)
    if heading is None:
        return way, key
    at = {one.code: getattr(Slip, SLIP_COLUMNS[one.position - 1]) for one in columns}
    return way, sum((sign * func.coalesce(at[code], 0) for code, sign in heading.signs.items()), 0)


def _page(
    session: Session, chosen: Select[Any], asked: Asked, month: Month, before: Run | None, order: tuple[str, Any]
) -> list[Any]:
    """Rows of (slip, name, employee number, unit, net of last month)."""
    earlier, way, key = aliased(Slip), *order
    # In double precision, which is enough for an order; whole numbers would divide to zero.
    change = (Slip.net - earlier.net) * 1.0 / func.nullif(earlier.net, 0)
    by = {"net": Slip.net, "change": func.coalesce(change, 0), "name": Person.sort_key}.get(key) if isinstance(
        key, str) else key  # fmt: skip
    statement = (
        chosen.add_columns(Person.name, Employment.number, UnitVersion.title, earlier.net)
        .join(Employment, Employment.id == Slip.employment_id)
        .join(Person, Person.id == Employment.person_id)
        .outerjoin(
            UnitVersion, and_(UnitVersion.unit_id == Slip.unit_id, dated.as_of(UnitVersion, month.period.last))
        )
        .outerjoin(
            earlier, and_(earlier.employment_id == Slip.employment_id, earlier.run_id == (before.id if before else 0))
        )
        .order_by(*([by.desc() if way == "desc" else by] if by is not None else []), Employment.number, Slip.id)
        .offset((asked.page - 1) * PAGE)
        .limit(PAGE)
    )
    with system(session, "names and posts of slips that may be read"):
        return list(session.execute(statement).all())


def _row(
    found: Any, headings: Sequence[Heading], columns: Sequence[RunColumn],
    troubled: Mapping[int, list[dict[str, str]]], shown: bool,
) -> ReviewRow:
    slip, name, number, unit, before = found
    locale = current_locale()
    notes = tuple(text.get(locale) or text["en"] for text in troubled.get(slip.employment_id, []))
    if not shown:
        return ReviewRow(slip.id, slip.person_id, name, number, str(unit or ""), problems=notes)
    at = {one.code: getattr(slip, SLIP_COLUMNS[one.position - 1]) or 0 for one in columns}
    sums = {one.code: sum(sign * at[code] for code, sign in one.signs.items()) for one in headings}
    return ReviewRow(slip.id, slip.person_id, name, number, str(unit or ""), sums, slip.net, before, notes)
