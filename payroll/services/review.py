"""What the review of a run shows: its steps, its figures against last month, a page of its slips."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from payroll import actions
from payroll.models import SLIP_COLUMNS, PayGroup, PayPeriod, Run, RunColumn, Slip
from payroll.services.slip import columns_of
from remit.base import Actor, Month
from remit.models import Employment, LegalEntity, Person, Translation, UnitVersion, dated, guard
from remit.services import system, visible
from remit.text import current_locale

PAGE = 25
Kind = Literal["all", "problems", "joiners", "leavers"]
#: Lines of a review table; more stand in the side panel.
MOST_COLUMNS = 9


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """One slip in the table: who, the amounts of the shown columns, net, and net of the month before."""

    slip_id: int
    employment_id: int
    person_id: int
    name: str
    number: str
    unit: str
    amounts: dict[str, int]
    gross: int
    net: int
    before: int | None
    problems: tuple[str, ...] = ()

    @property
    def change(self) -> int | None:
        """Change of net against last month in millionths; None without a month before."""
        if not self.before:
            return None
        return (self.net - self.before) * 1_000_000 // self.before


@dataclass(frozen=True, slots=True)
class Review:
    """A page of a run's slips; ``columns`` are those of the table, ``slips`` the shown ones by id."""

    run: Run
    month: Month
    pay_date: Any
    group: Translation
    before: Run | None
    columns: list[RunColumn]
    rows: list[ReviewRow]
    counts: dict[str, int]
    page: int
    total: int
    all_columns: list[RunColumn]
    slips: dict[int, Slip]
    country: str

    @property
    def last_page(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // PAGE))


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


def review(session: Session, actor: Actor, run: Run, *, kind: Kind = "all", page: int = 1) -> Review:
    """A page of a run that the actor may read; half a dozen statements at any size."""
    with system(session, "the frame of a run that may be read"):
        period, group, entity = session.execute(
            select(PayPeriod, PayGroup, LegalEntity)
            .join(PayGroup, PayGroup.id == PayPeriod.group_id)
            .join(LegalEntity, LegalEntity.id == PayGroup.legal_entity_id)
            .where(PayPeriod.id == run.pay_period_id)
        ).one()
        month = Month.from_number(period.work_month)
        before = _before(session, run, period)
        columns = columns_of(session, run.id)
    troubled = _troubled(run)
    base = visible(session, actor, actions.SLIP_READ, select(Slip).where(Slip.run_id == run.id))
    counts = _counts(session, base, month, troubled)
    chosen = _narrowed(base, kind, month, troubled)
    total = counts[kind]
    with system(session, "names and posts of slips that may be read"):
        found = session.scalars(chosen.order_by(Slip.net.desc(), Slip.id).offset((page - 1) * PAGE).limit(PAGE)).all()
        rows = _rows(session, list(found), month, before, columns, troubled)
    return Review(
        run, month, period.pay_date, group.title, before, _shown(columns, rows), rows, counts, page, total, columns,
        {slip.id: slip for slip in found}, entity.country,
    )  # fmt: skip


def _before(session: Session, run: Run, period: PayPeriod) -> Run | None:
    number = Month.from_number(period.work_month).previous().number
    found: Run | None = session.scalars(
        select(Run).join(PayPeriod, PayPeriod.id == Run.pay_period_id).where(
            Run.group_id == run.group_id, PayPeriod.work_month == number, Run.kind == "regular", Run.state != "draft"
        )
    ).first()
    return found


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
        return base.where(Slip.employment_id.in_(_touching(Employment.hired_on, month)))
    if kind == "leavers":
        left = select(Employment.id).where(Employment.left_on > month.start, Employment.left_on <= month.period.end)
        return base.where(Slip.employment_id.in_(left))
    return base


def _touching(column: Any, month: Month) -> Select[Any]:
    return select(Employment.id).where(column >= month.start, column < month.period.end)


def _counts(session: Session, base: Select[Any], month: Month, troubled: dict[int, Any]) -> dict[str, int]:
    kinds: tuple[Kind, ...] = ("all", "problems", "joiners", "leavers")
    parts = [
        select(func.count()).select_from(_narrowed(base, kind, month, troubled).subquery()).scalar_subquery()
        for kind in kinds
    ]
    with system(session, "how many slips there are of each kind"):
        numbers = session.execute(guard.carry(select(*parts), base)).one()
    return dict(zip(kinds, numbers, strict=True))


def _rows(
    session: Session, found: list[Slip], month: Month, before: Run | None, columns: list[RunColumn],
    troubled: dict[int, list[dict[str, str]]],
) -> list[ReviewRow]:
    earlier = aliased(Slip)
    statement = (
        select(Slip.id, Person.name, Employment.number, UnitVersion.title, earlier.net)
        .join(Employment, Employment.id == Slip.employment_id)
        .join(Person, Person.id == Employment.person_id)
        .outerjoin(
            UnitVersion, and_(UnitVersion.unit_id == Slip.unit_id, dated.as_of(UnitVersion, month.period.last))
        )
        .outerjoin(
            earlier, and_(earlier.employment_id == Slip.employment_id, earlier.run_id == (before.id if before else 0))
        )
        .where(Slip.id.in_([slip.id for slip in found]))
    )
    told: dict[int, Any] = {row[0]: row[1:] for row in session.execute(statement)}
    locale = current_locale()
    return [
        ReviewRow(
            slip.id, slip.employment_id, slip.person_id, told[slip.id][0], told[slip.id][1],
            str(told[slip.id][2] or ""),
            {column.code: getattr(slip, SLIP_COLUMNS[column.position - 1]) or 0 for column in columns},
            slip.gross, slip.net, told[slip.id][3],
            tuple(text.get(locale) or text["en"] for text in troubled.get(slip.employment_id, [])),
        )
        for slip in found
    ]  # fmt: skip


def _shown(columns: list[RunColumn], rows: list[ReviewRow]) -> list[RunColumn]:
    """The columns that say something: earnings and deductions with an amount on this page."""
    used = [
        column
        for column in columns
        if column.kind in ("earning", "deduction") and any(row.amounts[column.code] for row in rows)
    ]
    return used[:MOST_COLUMNS]

