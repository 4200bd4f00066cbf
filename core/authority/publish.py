"""Publishing a list: all of it or nothing, from a day on. Published rows never change; the next version replaces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.authority import checks, separating
from core.authority.document import ListDraft, located
from core.authority.events import ListPublished
from core.authority.models import (
    AuthorityEntry,
    Boundary,
    BoundarySupport,
    Duty,
    KpiTarget,
    PublishedList,
    SeparationRule,
)
from core.base import clock
from core.base.actor import Actor
from core.base.errors import InputErrors, Problem
from core.base.text import LOCALES, catalogue
from core.db.dated import as_of
from core.db.types import Translation
from core.events.outbox import emit
from core.kernel.registry import Registry
from core.kernel.specs import SuggestedEntry
from core.org.models import Position, PositionVersion, Unit, UnitVersion
from core.org.resources import Place

_ = catalogue("authority")

IMPORT = "authority.list:import"

#: The role in a suggestion that means: whoever holds a post.
EVERYBODY = "everybody"


def publish(session: Session, actor: Actor, draft: ListDraft) -> tuple[PublishedList, bool]:
    """Put a version in force from its day. Returns the list and whether anything was written.

    A version that stands already with the same number is left as it is, so importing a file twice changes nothing.
    Nobody publishes for a place that his own entry does not reach: the unit of the list, the units its entries and
    positions name, the whole installation for the list without a unit and for entries that hold everywhere.

    Raises ``Denied`` there, and ``InputErrors`` for units and positions that do not exist, for what the program would
    not keep to, for a code that another list uses for the same post, for a day before the version in force, and where
    somebody would come to hold what a rule keeps apart.
    """
    require(session, actor, IMPORT)
    units, positions = codes(session, Unit), codes(session, Position)
    registry = session.info["house"].registry
    _refuse(draft, [*unknown(draft, units, positions), *checks.problems(registry, draft)])
    unit_id = units[draft.unit] if draft.unit else None
    for place in _places(session, draft, units, positions):
        require(session, actor, IMPORT, place)
    same_unit = PublishedList.unit_id.is_(None) if unit_id is None else PublishedList.unit_id == unit_id
    published = session.scalars(select(PublishedList).where(same_unit).order_by(PublishedList.version)).all()
    standing = next((found for found in published if found.version == draft.version), None)
    if standing is not None:
        return standing, False
    before = separating.entries_before(session, draft)
    _close_previous(list(published), draft)
    _refuse(draft, _taken(session, draft, unit_id, positions))
    made = PublishedList(
        unit_id=unit_id, version=draft.version, effective_from=draft.effective_from,
        published_at=clock.now(), published_by_account_id=actor.account_id, published_by_person_id=actor.person_id,
        source=draft.source[:200], basis=draft.basis,
    )
    session.add(made)
    session.flush()
    _write_rows(session, made, draft, units, positions, registry)
    session.flush()
    _refuse(draft, separating.newly_held(session, draft, before), "list.separation")
    emit(session, ListPublished(made.id, unit_id, made.version, made.effective_from))
    return made, True


def _places(
    session: Session, draft: ListDraft, units: Mapping[str, int], positions: Mapping[str, int]
) -> list[Place]:
    """Where a list is about to have effect, each place once; one without a unit is everywhere."""
    day = draft.effective_from
    homes: dict[int, int] = {
        position: unit
        for position, unit in session.execute(
            select(PositionVersion.position_id, PositionVersion.unit_id).where(as_of(PositionVersion, day))
        )
    }
    entities: dict[int, int] = {
        unit: entity
        for unit, entity in session.execute(
            select(UnitVersion.unit_id, UnitVersion.legal_entity_id).where(as_of(UnitVersion, day))
        )
    }

    def at(unit_id: int | None) -> Place:
        return Place(unit_id, entities.get(unit_id) if unit_id is not None else None)

    found = [at(units[draft.unit] if draft.unit else None)]
    found += [at(units[boundary.lead]) for boundary in draft.boundaries]
    posts = [duty.position for duty in draft.duties] + [kpi.position for kpi in draft.kpis]
    found += [at(homes.get(positions[post])) for post in posts if post]
    for entry in draft.entries:
        home = homes.get(positions[entry.position]) if entry.position else None
        reach = at(units[entry.scope_unit]) if entry.scope_unit else at(home)
        if entry.scope in ("self", "reports", "unit", "subtree"):
            found += [at(home), reach]
        else:
            found.append(Place(legal_entity_id=reach.legal_entity_id) if entry.scope == "company" else Place())
    if draft.separation:
        # What is kept apart is kept apart wherever it is done.
        found.append(Place())
    return list(dict.fromkeys(found))


def codes(session: Session, model: type[Unit] | type[Position]) -> dict[str, int]:
    """Units or positions by code."""
    return {code: identity for code, identity in session.execute(select(model.code, model.id))}


def unknown(draft: ListDraft, units: Mapping[str, int], positions: Mapping[str, int]) -> list[Problem]:
    """Units and positions that a list names and that do not exist."""
    named_units = {
        draft.unit, *(entry.scope_unit for entry in draft.entries),
        *(boundary.lead for boundary in draft.boundaries),
        *(unit for boundary in draft.boundaries for unit in boundary.support),
    } - {None}
    named_positions = {
        *(duty.position for duty in draft.duties), *(entry.position for entry in draft.entries),
        *(kpi.position for kpi in draft.kpis),
    } - {None}
    return [
        Problem(_("There is no unit {code}.", code=code), column="list", value=code, remedy=_("Import units first."))
        for code in sorted(named_units - set(units), key=str)
    ] + [
        Problem(_("There is no position {code}.", code=code), column="positions", value=code,
                remedy=_("Import positions first."))
        for code in sorted(named_positions - set(positions), key=str)
    ]


def _taken(
    session: Session, draft: ListDraft, unit_id: int | None, positions: Mapping[str, int]
) -> list[Problem]:
    """Codes that another list uses for the same post: a citation such as ``FIN-MGR.A2`` names one sentence."""
    names = {position: code for code, position in positions.items()}
    rows = session.execute(
        select(AuthorityEntry.position_id, AuthorityEntry.code, PublishedList.unit_id)
        .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .where(
            AuthorityEntry.code.in_({entry.code for entry in draft.entries}), AuthorityEntry.account_id.is_(None),
            PublishedList.effective_to > draft.effective_from,
        )
    )
    others = {(names[position] if position else None, code) for position, code, unit in rows if unit != unit_id}
    return [
        Problem(
            _("Another list has an entry {code} for this post in force.", code=entry.code),
            column=f"{entry.position or 'everybody'}.{entry.code}", value=entry.code, remedy=_("Choose another code."),
        )
        for entry in draft.entries if (entry.position, entry.code) in others
    ]


def _refuse(draft: ListDraft, problems: list[Problem], code: str = "list.errors") -> None:
    if problems:
        raise InputErrors(
            _("The list has {count} problem; nothing was published.",
              "The list has {count} problems; nothing was published.", count=len(problems)),
            located(draft.spots, problems), code,
        )


def _close_previous(published: list[PublishedList], draft: ListDraft) -> None:
    if not published:
        return
    latest = published[-1]
    if draft.version < latest.version or draft.effective_from <= latest.effective_from:
        problem = Problem(
            _("Version {version} is in force from {day}; a new version is higher and begins later.",
              version=latest.version, day=latest.effective_from),
            column="version", value=str(draft.version),
        )
        _refuse(draft, [problem], "list.order")
    latest.effective_to = draft.effective_from


def _write_rows(
    session: Session, made: PublishedList, draft: ListDraft, units: Mapping[str, int], positions: Mapping[str, int],
    registry: Registry,
) -> None:
    def position(code: str | None) -> int | None:
        return positions[code] if code else None

    session.add_all(
        Duty(
            list_id=made.id, code=duty.code, position_id=position(duty.position), text=duty.text, raci=duty.raci,
            matter=duty.matter, order=number,
        )
        for number, duty in enumerate(draft.duties)
    )
    session.add_all(
        KpiTarget(
            list_id=made.id, code=kpi.code, position_id=positions[kpi.position], duty_code=kpi.duty, title=kpi.title,
            metric=kpi.metric, comparison=kpi.comparison, target=kpi.target, unit=kpi.unit, period=kpi.period,
            weight=kpi.weight,
        )
        for kpi in draft.kpis
    )
    session.add_all(
        AuthorityEntry(
            list_id=made.id, code=entry.code, position_id=position(entry.position), effect=entry.effect,
            action=entry.action, title=entry.title, scope=entry.scope,
            scope_unit_id=units[entry.scope_unit] if entry.scope_unit else None,
            limit_minor=entry.limit_minor, currency=entry.currency, cap_minor=entry.cap_minor,
            cap_period=entry.cap_period, split_by=entry.split_by, split_days=entry.split_days,
            conditions=dict(entry.conditions) if entry.conditions else None,
            power=checks.power(registry, entry), duty_code=entry.duty, basis=entry.basis, delegable=entry.delegable,
            by_acting=entry.by_acting, needs_second=entry.needs_second, break_hours=entry.break_hours,
        )
        for entry in draft.entries
    )
    session.add_all(
        SeparationRule(
            list_id=made.id, code=rule.code, kind=rule.kind, actions=list(rule.actions), months=rule.months,
            risk=rule.risk, basis=rule.basis,
        )
        for rule in draft.separation
    )
    for boundary in draft.boundaries:
        row = Boundary(
            list_id=made.id, code=boundary.code, matter=boundary.matter, lead_unit_id=units[boundary.lead],
            text=boundary.text,
        )
        session.add(row)
        session.flush()
        session.add_all(BoundarySupport(boundary_id=row.id, unit_id=units[code]) for code in boundary.support)


def bootstrap(session: Session, account_id: int, day: date, suggested: Iterable[SuggestedEntry]) -> PublishedList:
    """The installation's own first list: the bootstrap entry of the first account, and what everybody may.

    The bootstrap entry covers every action but the reveal of masked fields, so that an empty list locks nobody out;
    publishing version 2 of this list (``list: "-"``) ends it. What everybody may comes from the suggestions for
    ``everybody`` and those with scope ``self``.
    """
    made = PublishedList(unit_id=None, version=1, effective_from=day, published_at=clock.now(), source="bootstrap")
    session.add(made)
    session.flush()
    session.add(
        AuthorityEntry(
            list_id=made.id, code="BOOTSTRAP", action="*", scope="all", bootstrap=True, account_id=account_id,
            title=Translation(
                zh_CN="初始化账户：在正式权限清单发布之前管理全部事项",
                en="First account: manages everything until real lists are published",
            ),
        )
    )
    common = [entry for entry in suggested if entry.scope == "self" or EVERYBODY in entry.roles]
    session.add_all(
        AuthorityEntry(
            list_id=made.id, code=f"E{number}", action=entry.action, scope=entry.scope, power="read",
            title=Translation({locale: entry.title.render(locale) for locale in LOCALES}),
        )
        for number, entry in enumerate(common, start=1)
    )
    session.flush()
    return made
