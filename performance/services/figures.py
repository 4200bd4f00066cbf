"""Figures: defining them, what they mean on a day, and their formulas."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from performance.actions.figures import KPI_EDIT, KPI_READ
from performance.models import Kpi, KpiShare, KpiVersion
from performance.rules.scoring import LARGEST_CAP, LARGEST_FIGURE, WHOLE, Scale
from performance.services.sources import sources
from performance.text import _
from remit.base import Actor, DomainError
from remit.contracts import KpiSource
from remit.formula import (
    COUNT,
    DAYS,
    MINUTES,
    MONEY,
    RATE,
    Expression,
    FormulaError,
    Input,
    Scope,
    Type,
    compile_expression,
)
from remit.models import dated
from remit.services import duties_on, require, system, visible

TYPES: dict[str, Type] = {"money": MONEY, "rate": RATE, "days": DAYS, "minutes": MINUTES, "count": COUNT}


def save(session: Session, actor: Actor, kpi: Kpi | None, values: dict[str, Any]) -> Kpi:
    """Define a figure from a day on (``valid_from``), or change what it means from that day.

    ``code``, ``legal_entity_id``, ``title``, ``unit``, ``grain``, ``direction``, ``period``, ``formula``, ``target``,
    ``floor`` and ``cap`` (millionths), ``curve``, ``quality``, ``duty``. Raises ``DomainError`` with the field.
    """
    made = kpi or Kpi(code=" ".join(values["code"].split()), legal_entity_id=values["legal_entity_id"])
    require(session, actor, KPI_EDIT, made)
    day = values["valid_from"]
    _check(session, values, day)
    if kpi is None:
        with system(session, "whether a code is free"):
            if session.scalar(select(Kpi.id).where(Kpi.code == made.code)) is not None:
                raise DomainError("performance.code", _("There is a figure with this code."), "code")
        session.add(made)
        session.flush()
    dated.change_from(session, KpiVersion, {"kpi_id": made.id}, day, **{
        name: values[name] for name in (
            "title", "unit", "grain", "direction", "period", "formula", "target", "floor", "cap", "curve", "quality",
            "duty",
        )
    })  # fmt: skip
    session.flush()
    return made


def _check(session: Session, values: dict[str, Any], day: date) -> None:
    if values["cap"] > LARGEST_CAP or values["floor"] > values["cap"] or values["floor"] < 0:
        raise DomainError("performance.cap", _("The cap is between the floor and 1,000 %."), "cap")
    if values["target"] is not None and not -LARGEST_FIGURE <= values["target"] <= LARGEST_FIGURE:
        raise DomainError("performance.target", _("This target is too large."), "target")
    points = values["curve"]
    if any(left[0] >= right[0] for left, right in zip(points, points[1:], strict=False)):
        raise DomainError("performance.curve", _("The points of a curve rise from one to the next."), "curve")
    if any(not 0 <= worth <= LARGEST_CAP for _at, worth in points):
        raise DomainError("performance.curve", _("What attainment is worth is between 0 and 1,000 %."), "curve")
    if values["formula"]:
        compiled(values["formula"], values["unit"], sources(session))
    duty = values["duty"]
    if duty and duty not in {one.citation for one in duties_on(session, day)}:
        raise DomainError("performance.duty", _(
            "No duty list in force has {duty}; choose one that stands on a list.", duty=duty), "duty")  # fmt: skip


def compiled(formula: str, unit: str, known: Mapping[str, KpiSource]) -> Expression:
    """A formula over sources, ready to compute. Raises ``DomainError`` with what is wrong and where."""
    inputs = {
        key: Input(TYPES[one.unit], -LARGEST_FIGURE, LARGEST_FIGURE, source=one.title) for key, one in known.items()
    }
    try:
        return compile_expression(formula, TYPES[unit], Scope(inputs=inputs), name="formula")
    except FormulaError as error:
        raise DomainError("performance.formula", error.message, "formula") from error


def scale_of(version: KpiVersion) -> Scale:
    """How attainment of a figure becomes worth."""
    return Scale(
        version.floor, version.cap, tuple((at, worth) for at, worth in version.curve),
        "down" if version.direction == "down" else "up",
    )


def versions_on(session: Session, day: date) -> dict[int, KpiVersion]:
    """What each figure means on a day, by its id."""
    rows = session.scalars(select(KpiVersion).where(dated.as_of(KpiVersion, day)))
    return {row.kpi_id: row for row in rows}


def known_figures(session: Session, actor: Actor, day: date) -> list[tuple[Kpi, KpiVersion]]:
    """The figures somebody may see, with what they mean on a day, by code."""
    versions = versions_on(session, day)
    rows = session.scalars(visible(session, actor, KPI_READ, select(Kpi).order_by(Kpi.code))).all()
    return [(row, versions[row.id]) for row in rows if row.id in versions]


def by_code(session: Session) -> dict[str, Kpi]:
    """All figures by code."""
    with system(session, "figures by code"):
        return {row.code: row for row in session.scalars(select(Kpi))}


def share(session: Session, actor: Actor, kpi: Kpi, owners: Sequence[tuple[int, int, int | None]]) -> None:
    """Let units own a figure together: (unit, share in millionths, the figure that shows its part or None).

    Raises ``DomainError`` where the shares are not 100 %. No owners: it is nobody's in particular.
    """
    require(session, actor, KPI_EDIT, kpi)
    total = sum(part for _unit, part, _stage in owners)
    if owners and total != WHOLE:
        raise DomainError("performance.shares", _(
            "The shares add up to {total} %; they must be 100 %.", total=shown(total)), "share")  # fmt: skip
    for old in session.scalars(select(KpiShare).where(KpiShare.kpi_id == kpi.id)):
        session.delete(old)
    session.flush()
    session.add_all(
        KpiShare(kpi_id=kpi.id, unit_id=unit, share=part, stage_kpi_id=stage) for unit, part, stage in owners
    )
    session.flush()


def shown(millionths: int) -> str:
    """Millionths as a percentage without needless zeros: 990,000 is ``99``, 333,333 is ``33.3333``."""
    whole, rest = divmod(abs(millionths), 10_000)
    digits = f"{rest:04d}".rstrip("0")
    return f"{'−' if millionths < 0 else ''}{whole}{'.' if digits else ''}{digits}"


def written(unit: str) -> Callable[[int], str]:
    """How figures of a unit are written."""
    if unit == "rate":
        return lambda value: f"{shown(value)}%"
    return TYPES[unit].show
