"""Starting and stopping a draft that runs beside the lists in force, and reading what it would have turned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.calls import allowed, require, visible
from core.audit.words import Names, thing
from core.authority import checks
from core.authority.actions import IMPORT
from core.authority.document import ListDraft, format_list, located, parse
from core.authority.publish import codes, unknown
from core.authority.rules import OWN_LIST
from core.authority.shadow.models import ShadowDifference, ShadowList
from core.authority.shadow.watching import FAILED
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, InputErrors, NotFound
from core.base.stored import from_json
from core.base.text import Text, catalogue
from core.db.dated import as_of
from core.kernel.house import of as house_of
from core.org.models import Person, Position, Unit, UnitVersion
from core.org.resources import READ as READ_PEOPLE
from core.org.resources import Place

_ = catalogue("authority")

#: Differences on one page.
PAGE = 100


@dataclass(frozen=True, slots=True)
class Run:
    """A draft that runs, or ran, and how many decisions it would have turned: refused what was allowed, allowed what
    was refused, or could not be asked.
    """

    row: ShadowList
    title: str
    would_refuse: int
    would_allow: int
    failed: int

    @property
    def count(self) -> int:
        """All of them."""
        return self.would_refuse + self.would_allow + self.failed


@dataclass(frozen=True, slots=True)
class Seen:
    """A difference in words; ``who`` is empty where the reader may not see the name."""

    row: ShadowDifference
    who: str
    action: Text | str
    what: Text | str
    message: Text | str
    would: Text | str


def start(session: Session, actor: Actor, draft: ListDraft) -> ShadowList:
    """Let a draft run beside the list in force of its unit. It allows and refuses nothing.

    Whoever may publish the unit's list may; raises ``Denied`` otherwise, ``InputErrors`` for what the draft names that
    is not there or what the program would not keep to, and ``DomainError`` where a draft of this list runs already.
    """
    require(session, actor, IMPORT)
    units, positions = codes(session, Unit), codes(session, Position)
    problems = [*unknown(draft, units, positions), *checks.problems(house_of(session).registry, draft)]
    if problems:
        raise InputErrors(
            _("The draft has {count} problem; it does not run.", "The draft has {count} problems; it does not run.",
              count=len(problems)), located(draft.spots, problems), "list.errors",
        )
    unit_id = units[draft.unit] if draft.unit else None
    require(session, actor, IMPORT, place_of(session, unit_id))
    place = draft.unit or OWN_LIST
    if runs_now(session, place):
        raise DomainError("shadow.runs", _("A draft of the list of {unit} runs already; stop it first.", unit=place))
    row = ShadowList(
        place=place, unit_id=unit_id, version=draft.version, source=draft.source[:200], draft=format_list(draft),
        started_at=clock.now(), started_by=actor.name, started_by_account_id=actor.account_id,
    )
    session.add(row)
    session.flush()
    return row


def again(session: Session, actor: Actor, run: Run) -> ShadowList:
    """Let a draft that was stopped run anew, as ``start`` does: what it found before stays with the run before."""
    if run.row.stopped_at is None:
        raise DomainError("shadow.runs", _("A draft of the list of {unit} runs already; stop it first.",
                                           unit=run.row.place))
    return start(session, actor, parse(run.row.draft, source=run.row.source))


def stop(session: Session, actor: Actor, place: str) -> ShadowList:
    """End the draft that runs of a list, by the code of its unit; what it found stays. Raises ``NotFound`` where none
    runs, ``Denied`` as for starting.
    """
    row = session.scalars(
        select(ShadowList).where(ShadowList.place == place, ShadowList.stopped_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound("shadow.none", _("No draft of the list of {unit} runs.", unit=place))
    require(session, actor, IMPORT, place_of(session, row.unit_id))
    row.stopped_at, row.stopped_by = clock.now(), actor.name
    session.flush()
    return row


def runs_now(session: Session, place: str) -> bool:
    """Whether a draft of a list runs, by the code of its unit."""
    running = select(ShadowList.id).where(ShadowList.place == place, ShadowList.stopped_at.is_(None))
    return session.scalar(running) is not None


def runs(session: Session, actor: Actor, unit_id: int | None = None, *, running: bool = False) -> list[Run]:
    """The drafts that run or ran, those that run first, of lists the actor may publish; with ``unit_id`` of one unit's,
    with ``running`` only those that run.
    """
    statement = select(ShadowList).order_by(ShadowList.stopped_at.is_not(None), ShadowList.id.desc())
    if unit_id is not None:
        statement = statement.where(ShadowList.unit_id == unit_id)
    if running:
        statement = statement.where(ShadowList.stopped_at.is_(None))
    rows = [
        row for row in session.scalars(statement) if allowed(session, actor, IMPORT, place_of(session, row.unit_id))
    ]
    if not rows:
        return []
    counted = _counts(session, [row.id for row in rows])
    titles = {code: str(title) for code, title in session.execute(
        select(Unit.code, UnitVersion.title).join(Unit, Unit.id == UnitVersion.unit_id)
        .where(Unit.code.in_({row.place for row in rows}), as_of(UnitVersion, clock.today(actor.zone)))
    )}  # fmt: skip
    everybody = str(_("Everybody who holds a post"))
    return [
        Run(row, titles.get(row.place, row.place if row.unit_id else everybody), *counted.get(row.id, (0, 0, 0)))
        for row in rows
    ]


def _counts(session: Session, ids: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    found: dict[int, list[int]] = {}
    what = (ShadowDifference.shadow_id, ShadowDifference.allowed, ShadowDifference.would_code)
    for shadow_id, was, code, count in session.execute(
        select(*what, func.count()).where(ShadowDifference.shadow_id.in_(ids)).group_by(*what)
    ):
        found.setdefault(shadow_id, [0, 0, 0])[2 if code == FAILED else 0 if was else 1] += count
    return {key: (one[0], one[1], one[2]) for key, one in found.items()}


def run_of(session: Session, actor: Actor, shadow_id: int) -> Run:
    """One of ``runs`` by its number; ``NotFound`` where it is not there or not the actor's to see."""
    found = next((one for one in runs(session, actor) if one.row.id == shadow_id), None)
    if found is None:
        raise NotFound("shadow.none", _("There is no such draft, or it is not yours to see."))
    return found


def differences(session: Session, actor: Actor, run: Run, *, before: int | None = None) -> list[Seen]:
    """What a draft would have turned, the latest first, a page of it; ``before`` is the number of a difference."""
    statement = select(ShadowDifference).where(ShadowDifference.shadow_id == run.row.id)
    if before is not None:
        statement = statement.where(ShadowDifference.id < before)
    rows = session.scalars(statement.order_by(ShadowDifference.id.desc()).limit(PAGE)).all()
    people = select(Person.id, Person.name).where(Person.id.in_({row.person_id for row in rows} - {None}))
    who = {row.id: row.name for row in session.execute(visible(session, actor, READ_PEOPLE, people))} if rows else {}
    names = Names(session, (), [(row.object_type, row.object_id) for row in rows if row.object_type and row.object_id])
    actions = house_of(session).registry.actions

    def what(row: ShadowDifference) -> Text | str:
        if row.object_type is None:
            return ""
        name = names.of(row.object_type, row.object_id) or row.object_id
        return _("{thing} {name}", thing=thing(row.object_type), name=name)

    def action(row: ShadowDifference) -> Text | str:
        return actions[row.action].title if row.action in actions else row.action

    return [
        Seen(row, who.get(row.person_id or 0, ""), action(row), what(row), from_json(row.message),
             from_json(row.would_message))
        for row in rows
    ]


def place_of(session: Session, unit_id: int | None) -> Any:
    """Where a list belongs, for asking who may publish it."""
    if unit_id is None:
        return Place()
    entity = session.scalar(
        select(UnitVersion.legal_entity_id).where(UnitVersion.unit_id == unit_id, as_of(UnitVersion, clock.today()))
    )
    return Place(unit_id, entity)
