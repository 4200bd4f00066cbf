"""Two versions of a list compared clause by clause: what is new, what is gone, and what of the rest says otherwise."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.authority.held import EVERYBODY
from core.authority.lines import Changed, Line, Words, changed, supports
from core.authority.models import AuthorityEntry, Boundary, Duty, KpiTarget, PublishedList, SeparationRule
from core.authority.readable import readable
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import Text, catalogue
from core.db.types import Translation
from core.org.models import Position

_ = catalogue("authority")

KINDS: dict[type[Any], Text] = {
    Duty: _("Duty"), AuthorityEntry: _("Authority"), KpiTarget: _("KPI target"), Boundary: _("Boundary"),
    SeparationRule: _("Incompatible duties"),
}
STATES = {"added": _("New"), "removed": _("Gone"), "changed": _("Changed")}


@dataclass(frozen=True, slots=True)
class Clause:
    """One row that differs; ``columns`` are those that say otherwise, of a new or gone row all it says.

    ``address`` is the citation of an entry, which has a page of its own.
    """

    kind: Text
    code: str
    title: Translation | Text
    state: str
    columns: list[Changed]
    address: str | None = None

    @property
    def state_title(self) -> Text:
        """New, gone or changed."""
        return STATES[self.state]


@dataclass(slots=True)
class Section:
    """What differs for one holder: the unit itself, everybody, a post, the boundaries to other units, or what is kept
    apart."""

    title: Text | str
    code: str
    clauses: list[Clause] = field(default_factory=list)


@dataclass(slots=True)
class Difference:
    """Two versions of one list and what differs between them; ``basis`` where that differs, too."""

    before: PublishedList
    after: PublishedList
    sections: list[Section]
    basis: list[Changed]

    @property
    def empty(self) -> bool:
        """Whether both say the same."""
        return not self.sections and not self.basis


def versions(session: Session, actor: Actor, unit_id: int | None) -> Sequence[PublishedList]:
    """The versions of a list that somebody may read, the first one first; without a unit, of the installation's own."""
    own = PublishedList.unit_id.is_(None) if unit_id is None else PublishedList.unit_id == unit_id
    return session.scalars(
        select(PublishedList).where(own, readable(session, actor)).order_by(PublishedList.version)
    ).all()


def latest(session: Session, actor: Actor, unit_id: int | None) -> Any:
    """The number of the last version of a list somebody may read, where there are two to compare, as a column."""
    own = PublishedList.unit_id.is_(None) if unit_id is None else PublishedList.unit_id == unit_id
    number = select(func.max(PublishedList.version)).where(own, readable(session, actor))
    return number.having(func.count() > 1).scalar_subquery()


def pair(
    found: Sequence[PublishedList], before: int | None, after: int | None
) -> tuple[PublishedList, PublishedList]:
    """The two versions asked for, by default the last and the one before what it is compared with.

    Raises ``NotFound`` where there is no such version, or only one.
    """
    numbers = [one.version for one in found]
    if after is None and numbers:
        after = numbers[-1]
    if before is None and after in numbers:
        before = numbers[max(numbers.index(after) - 1, 0)]
    if before not in numbers or after not in numbers or len(numbers) < 2:
        raise NotFound("list.version", _("There is no such version of this list, or it is not yours to read."))
    return found[numbers.index(before)], found[numbers.index(after)]


def compare(session: Session, before: PublishedList, after: PublishedList) -> Difference:
    """What differs between two versions of one list, each column in the reader's words, as things are called on the
    first day of the later one.
    """
    rows = {model: [rows_of(session, model, one.id) for one in (before, after)] for model in KINDS}
    words = _words(session, before, after, rows)
    beside = supports(session, [row for part in rows[Boundary] for row in part.values()])

    def lines(row: Any) -> list[Line]:
        if isinstance(row, Duty):
            return words.duty(row)
        if isinstance(row, KpiTarget):
            return words.target(row)
        if isinstance(row, SeparationRule):
            return words.separation(row)
        return words.boundary(row, beside[row.id]) if isinstance(row, Boundary) else words.entry(row)

    codes = {key: code for key, code in session.execute(select(Position.id, Position.code))}
    sections: dict[Any, Section] = {}
    for model, (old, new) in rows.items():
        for key in dict.fromkeys([*old, *new]):
            one, other = old.get(key), new.get(key)
            columns = changed(lines(one) if one is not None else [], lines(other) if other is not None else [])
            if columns:
                shown: Any = other if other is not None else one
                state = "added" if one is None else "removed" if other is None else "changed"
                section = sections.setdefault(_holder(model, key[0]), _section(model, key[0], words, codes))
                section.clauses.append(Clause(
                    KINDS[model], key[1], _sentence(words, shown), state, columns,
                     citation_of(codes, shown) if isinstance(shown, AuthorityEntry) else None,
                ))
    return Difference(
        before, after, [sections[key] for key in sorted(sections, key=lambda key: (key[0], words.post(key[1])))],
        changed([(_("Basis"), before.basis or "–")], [(_("Basis"), after.basis or "–")]),
    )


Keyed = dict[tuple[int | None, str], Any]


def rows_of(session: Session, model: type[Any], list_id: int) -> Keyed:
    """The rows of a list by holder and code, as they stand in it; an entry of an account is held by nobody else."""
    found = session.scalars(select(model).where(model.list_id == list_id).order_by(model.id))
    return {(getattr(row, "position_id", None), row.code): row for row in found}


def _words(
    session: Session, before: PublishedList, after: PublishedList, rows: dict[type[Any], list[Keyed]]
) -> Words:
    def every(model: type[Any]) -> Collection[Any]:
        return [row for part in rows[model] for row in part.values()]

    posts = {row.position_id for model in (Duty, KpiTarget) for row in every(model)} - {None}
    boundaries = every(Boundary)
    beside = supports(session, boundaries)
    units = {row.lead_unit_id for row in boundaries} | {unit for units in beside.values() for unit in units}
    day = max(before.effective_from, after.effective_from)
    return Words(session, [before.id, after.id], every(AuthorityEntry), day, posts=posts, units=units)


def _holder(model: type[Any], position_id: int | None) -> tuple[int, int | None]:
    """Where a clause stands on the page: the unit's own, everybody's, post by post, boundaries, what is kept apart."""
    if position_id is not None:
        return 2, position_id
    return {Duty: 0, AuthorityEntry: 1, Boundary: 3, SeparationRule: 4}[model], None


def _section(model: type[Any], position_id: int | None, words: Words, codes: dict[int, str]) -> Section:
    if position_id is not None:
        return Section(words.post(position_id), codes[position_id])
    titles = {
        Duty: _("Unit duties"), AuthorityEntry: _("Everybody who holds a post"), Boundary: _("Boundaries"),
        SeparationRule: _("Incompatible duties"),
    }
    return Section(titles[model], "")


def _sentence(words: Words, row: Any) -> Translation | Text:
    """What a row is called on the page."""
    if isinstance(row, SeparationRule):
        return words.kept_apart(row)
    return row.text if isinstance(row, Duty | Boundary) else row.title


def citation_of(codes: Mapping[int, str], entry: AuthorityEntry) -> str | None:
    """How an entry is cited, and where its page is; None for one of an account, which has none."""
    if entry.account_id is not None:
        return None
    return f"{codes[entry.position_id] if entry.position_id is not None else EVERYBODY}.{entry.code}"
