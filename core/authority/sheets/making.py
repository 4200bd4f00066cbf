"""From sheets that were read to posts and drafts of lists: first what would be made, then, once confirmed, making it.

Posts are made by the services of the organisation, under the authority of whoever confirms. Duties stand in lists, and
a list is published by whoever may; so of each unit a draft of its next version is written, with the duties added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority.document import DutyDraft, ListDraft, parse
from core.authority.document.formatting import format_list
from core.authority.drafting import draft_of
from core.authority.models import PublishedList
from core.authority.sheets.reading import SheetRead
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import Text, catalogue
from core.db.dated import as_of
from core.db.types import Translation
from core.org import grades
from core.org.models import Position, PositionVersion, Unit, UnitVersion
from core.org.services import create_position, position_by_code, unit_by_code

_ = catalogue("authority")

#: As a post's title and its grade are kept.
_TITLE, _GRADE = 100, 20


@dataclass(frozen=True, slots=True)
class Fault:
    """What stands in the way of a post, and the field of its sheet that it is about."""

    field: str
    text: Text

    def __str__(self) -> str:
        return str(self.text)


@dataclass(slots=True)
class Proposed:
    """A post as it would be made: where, under which code, and what stands in the way (``problems``).

    ``is_there`` is the code of a post that exists already and only gets duties.
    """

    sheet: SheetRead
    unit: str = ""
    code: str = ""
    title: str = ""
    grade: str | None = None
    headcount: int = 1
    reports_to: str | None = None
    is_there: bool = False
    problems: list[Fault] = field(default_factory=list)

    def refuse(self, name: str, text: Text) -> None:
        """Say what stands in the way, about which field."""
        self.problems.append(Fault(name, text))


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: codes of new posts, and for each unit that has more duties now the draft of its next list."""

    posts: list[str]
    drafts: list[ListDraft]


def propose(session: Session, sheets: Sequence[SheetRead], day: date, *, unit: str | None = None) -> list[Proposed]:
    """What the sheets would become on a day; nothing is written. ``unit`` is the code of the unit of sheets that name
    none, or none that is there. Raises ``NotFound`` for a code of no unit.
    """
    default = unit_by_code(session, unit).code if unit is not None else ""
    units = _units(session, day)
    posts, twice = _posts(session, day)
    taken = set(session.scalars(select(Position.code)))
    used = set(session.scalars(select(PositionVersion.grade).where(as_of(PositionVersion, day)).distinct()))
    found: list[Proposed] = []
    for sheet in sheets:
        one = Proposed(sheet, title=sheet.title, unit=units.get(_plain(sheet.unit), default))
        found.append(one)
        if not one.unit:
            one.refuse("unit", _("There is no unit {name}; name another, or import it first.", name=sheet.unit or "–"))
        if not sheet.title:
            one.refuse("title", _("The post has no name."))
        if len(sheet.title) > _TITLE:
            one.refuse("title", _("The title has more than {most} characters.", most=_TITLE))
        if (one.unit, _plain(sheet.title)) in twice:
            one.refuse("title", _("Several posts of this unit are called {name}; it is not known which one is meant.",
                                  name=sheet.title))
        # A grade of another kind than those of institutions is known where a post has it.
        one.grade = grades.normal(sheet.category, sheet.grade, sheet.code) or (
            sheet.grade if sheet.grade in used else None)
        if one.grade is None and sheet.grade:
            one.refuse("grade", _("The grade {grade} is none that is known.", grade=sheet.grade))
        one.headcount = _headcount(one, sheet.headcount)
        there = posts.get((one.unit, _plain(sheet.title)))
        if there is not None or not one.unit or not sheet.title:
            one.code, one.is_there = there or "", there is not None
            continue
        one.code = _free(one.unit, taken)
        posts[one.unit, _plain(sheet.title)] = one.code
    for one in found:
        if one.sheet.reports_to:
            _find_above(one, posts)
    return found


def _find_above(one: Proposed, posts: Mapping[tuple[str, str], str]) -> None:
    """The post above, by its code, its name in the same unit, or its name where only one is called so."""
    said = _plain(one.sheet.reports_to)
    named = {code for (_unit, title), code in posts.items() if said in (title, code)}
    one.reports_to = posts.get((one.unit, said)) or (min(named) if len(named) == 1 else None)
    if one.reports_to is not None and one.reports_to == one.code:
        one.refuse("reports_to", _("The post cannot report to itself."))
    elif one.reports_to is None and named:
        one.refuse("reports_to", _("Several posts are called {name}: {codes}. Name one by its code.",
                                   name=one.sheet.reports_to, codes=", ".join(sorted(named))))
    elif one.reports_to is None:
        one.refuse("reports_to", _("There is no post {name} to report to.", name=one.sheet.reports_to))


def make(session: Session, actor: Actor, proposed: Iterable[Proposed], day: date) -> Made:
    """Make the posts that are not there yet, and write a draft for each unit. Posts with problems must be left out.

    Raises ``Denied`` where the actor may not change the structure, and ``DomainError`` as the services do; then
    nothing is made.
    """
    wanted = list(proposed)
    made: list[str] = []
    for one in _from_above([one for one in wanted if not one.is_there]):
        create_position(
            session, actor, code=one.code, unit=unit_by_code(session, one.unit), title=Translation(zh_CN=one.title),
            valid_from=day, grade=one.grade, headcount=one.headcount,
            requirements=Translation(zh_CN=one.sheet.requirements) if one.sheet.requirements else None,
            reports_to=position_by_code(session, one.reports_to) if one.reports_to is not None else None,
        )
        made.append(one.code)
    by_unit: dict[str, list[Proposed]] = {}
    for one in wanted:
        by_unit.setdefault(one.unit, []).append(one)
    drafts = [_draft(session, unit, rows, day) for unit, rows in sorted(by_unit.items())]
    found = Made(made, [draft for draft, more in drafts if more])
    if not found.posts and not found.drafts:
        raise DomainError("sheets.nothing", _("All of it is there already; nothing was made."))
    return found


def _from_above(new: Sequence[Proposed]) -> list[Proposed]:
    """New posts in an order in which each comes after the one it reports to. Raises ``DomainError`` for a circle."""
    waiting = {one.code: one for one in new}
    found: list[Proposed] = []
    while waiting:
        ready = [one for one in waiting.values() if one.reports_to not in waiting]
        if not ready:
            raise DomainError("sheets.circle", _("These posts would report to each other in a circle: {posts}.",
                                                 posts=", ".join(one.title for one in waiting.values())))
        for one in ready:
            del waiting[one.code]
        found += ready
    return found


def _draft(session: Session, unit: str, rows: Sequence[Proposed], day: date) -> tuple[ListDraft, int]:
    """The next version of a unit's list, and how many duties it has more."""
    unit_id = unit_by_code(session, unit).id
    latest = session.scalars(
        select(PublishedList).where(PublishedList.unit_id == unit_id).order_by(PublishedList.version.desc()).limit(1)
    ).one_or_none()
    before = draft_of(session, latest) if latest is not None else ListDraft(unit, 0, day)
    first = max(day, before.effective_from + timedelta(days=1)) if latest is not None else day
    duties = list(before.duties)
    for one in rows:
        said = {str(duty.text.get("zh_CN", "")) for duty in duties if duty.position == one.code}
        codes = {duty.code for duty in duties if duty.position == one.code}
        for duty in one.sheet.duties:
            if worded(duty.text, duty.standard) in said:
                continue
            code = next(f"D{number}" for number in range(1, len(codes) + 2) if f"D{number}" not in codes)
            codes.add(code)
            duties.append(DutyDraft(code, one.code, Translation(zh_CN=worded(duty.text, duty.standard))))
    draft = replace(before, version=before.version + 1, effective_from=first, duties=tuple(duties))
    return parse(format_list(draft), source=unit), len(duties) - len(before.duties)


def worded(text: str, standard: str) -> str:
    """A duty as the list has it, with the standard its work is measured by."""
    return f"{text}（工作标准：{standard}）" if standard else text


def _plain(text: str) -> str:
    return "".join(text.split())


def _units(session: Session, day: date) -> dict[str, str]:
    """Codes of units by their names in every language and by code; a name of two units is none."""
    found: dict[str, set[str]] = {}
    for code, title in session.execute(
        select(Unit.code, UnitVersion.title).join(Unit, Unit.id == UnitVersion.unit_id).where(as_of(UnitVersion, day))
    ):
        for name in (code, *title.values()):
            found.setdefault(_plain(name), set()).add(code)
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}


def _posts(session: Session, day: date) -> tuple[dict[tuple[str, str], str], set[tuple[str, str]]]:
    """Codes of positions by the code of their unit and their names, and the names that several of a unit have."""
    found: dict[tuple[str, str], set[str]] = {}
    for unit, code, title in session.execute(
        select(Unit.code, Position.code, PositionVersion.title)
        .join(Position, Position.id == PositionVersion.position_id)
        .join(Unit, Unit.id == PositionVersion.unit_id).where(as_of(PositionVersion, day))
    ):
        for name in title.values():
            found.setdefault((unit, _plain(name)), set()).add(code)
    return {key: min(codes) for key, codes in found.items()}, {key for key, codes in found.items() if len(codes) > 1}


def _headcount(one: Proposed, said: str) -> int:
    digits = said.rstrip("个人名 ")
    if not digits:
        return 1
    if digits.isdecimal() and 0 < int(digits) < 10_000:
        return int(digits)
    one.refuse("headcount", _("{text} is no number of posts.", text=said))
    return 1


def _free(unit: str, taken: set[str]) -> str:
    """A code of the unit that no post has, such as FIN-01."""
    code = next(code for number in range(1, 10_000) if (code := f"{unit}-{number:02d}") not in taken)
    taken.add(code)
    return code
