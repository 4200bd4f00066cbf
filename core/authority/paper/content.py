"""What stands on the sheet of a post on a day: its duties, authority, assessment and boundaries, in words, with the
lists they are taken from and what proves those.

The digest of a list is the SHA-256 of its canonical text: whoever exports the same version gets a file of that digest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session, aliased

from core.audit import checkpoints
from core.authority import reading, wording
from core.authority.checks import is_asked
from core.authority.document import format_list
from core.authority.drafting import draft_of
from core.authority.held import EVERYBODY
from core.authority.labels import PARTS
from core.authority.lines import Words, supports
from core.authority.models import AuthorityEntry, Boundary, Duty, KpiTarget, PublishedList
from core.base.errors import NotFound
from core.base.text import Text, catalogue, current_locale, listed
from core.db.dated import as_of
from core.kernel.house import of as house_of
from core.kernel.state import read as modules_on
from core.org.models import LegalEntity, Position, PositionVersion, Unit, UnitVersion

_ = catalogue("authority")


@dataclass(frozen=True, slots=True)
class Section:
    """A table: its heads with the share of the width each column takes, of 100 in all, and the rows as texts."""

    title: str
    heads: tuple[tuple[str, int], ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One post on one day, ready to be drawn. ``unit`` and ``code`` are the codes of unit and post, ``head`` names with
    their values, ``foot`` the lists and what proves them, a line each; ``notes`` stand below the tables. ``proof`` is
    the last checkpoint of the audit log as a line of its file, empty before the first one.
    """

    locale: str
    company: str
    title: str
    unit: str
    post: str
    code: str
    day: date
    head: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    notes: tuple[str, ...]
    foot: tuple[str, ...]
    proof: str = ""

    @property
    def words(self) -> str:
        """Everything that is printed of it and was written by somebody."""
        cells = [cell for section in self.sections for row in section.rows for cell in row]
        return "\n".join((self.company, *(value for _name, value in self.head), *cells, *self.notes, *self.foot))


def sheets_of(
    session: Session, position_ids: Sequence[int], day: date, may_read: ColumnElement[bool] | None = None
) -> list[Sheet]:
    """The sheets of some posts, in their order, in the reader's language.

    ``may_read`` is the condition on lists that the reader may read (``readable``), None reads all, as what concerns
    himself. A post of which no list speaks that he may read has no sheet.
    """
    found = _Found(session, position_ids, day, true() if may_read is None else may_read)
    return [_sheet(found, post) for post in position_ids if post in found.heads and found.speaks_of(post)]


def the_sheet(
    session: Session, position_id: int, day: date, may_read: ColumnElement[bool] | None = None
) -> Sheet:
    """The sheet of one post. Raises ``NotFound`` where no list speaks of it that the reader may read."""
    found = sheets_of(session, [position_id], day, may_read)
    if not found:
        raise NotFound("not_found", _("Nothing is published for this post on {day}, or it is not yours to read.",
                                      day=day))
    return found[0]


class _Found:
    """What is read once for all sheets."""

    def __init__(self, session: Session, posts: Sequence[int], day: date, may: ColumnElement[bool]) -> None:
        self.session, self.day, self.may = session, day, may
        self.heads = {row.position_id: row for row in session.execute(_heads(posts, day))}
        common = AuthorityEntry.position_id.is_(None) & AuthorityEntry.account_id.is_(None)
        barring = common & (AuthorityEntry.effect == "prohibit")
        self._rows: dict[type[Any], list[Any]] = {
            Duty: self._in_force(Duty, Duty.position_id.in_(posts), order=Duty.order),
            AuthorityEntry: self._in_force(AuthorityEntry, AuthorityEntry.position_id.in_(posts) | barring),
            KpiTarget: self._in_force(KpiTarget, KpiTarget.position_id.in_(posts)),
            Boundary: self._in_force(Boundary),
        }
        shown = [row for rows in self._rows.values() for row in rows if row.may_read]
        lists = {row[1].id: row[1] for row in shown}
        boundaries = [row[0] for row in self._rows[Boundary] if row.may_read]
        self.beside = supports(session, boundaries)
        self.words = Words(
            session, list(lists), [row[0] for row in self._rows[AuthorityEntry] if row.may_read], day,
            units=[*(one.unit_id for one in lists.values()), *(row.lead_unit_id for row in boundaries),
                   *(unit for units in self.beside.values() for unit in units)],
        )
        owners = {one.unit_id for one in lists.values()} - {None}
        self.codes = {
            key: code for key, code in session.execute(select(Unit.id, Unit.code).where(Unit.id.in_(owners)))
        }
        self._registry, self._on = house_of(session).registry, modules_on(session)
        self._digests: dict[int, str] = {}
        self.checkpoint = checkpoints.latest(session)

    def _in_force(self, model: Any, *where: Any, order: Any = None) -> list[Any]:
        query = select(model, PublishedList, self.may.label("may_read")).join(
            PublishedList, PublishedList.id == model.list_id
        )
        ordered = [order, model.id] if order is not None else [model.id]
        return list(self.session.execute(query.where(reading.in_force(self.day), *where).order_by(*ordered)))

    def rows(self, model: type[Any], post: int) -> list[Any]:
        """The rows of a kind that speak of a post; of entries also what everybody is prohibited."""
        rows = self._rows[model]
        if model is not Boundary:
            return [row for row in rows if row[0].position_id in (post, None)]
        matters = {row[0].matter for row in self.rows(Duty, post) if row.may_read} - {None}
        unit = self.heads[post].unit_id
        return [
            row for row in rows
            if row[0].matter in matters or unit in (row[0].lead_unit_id, *self.beside.get(row[0].id, ()))
        ]

    def speaks_of(self, post: int) -> bool:
        """Whether a list that may be read names the post."""
        return any(row.may_read and row[0].position_id == post
                   for model in (Duty, AuthorityEntry, KpiTarget) for row in self._rows[model])

    def asked(self, entry: AuthorityEntry) -> bool:
        """Whether something that is on asks about an entry's action."""
        return is_asked(self._registry, self._on, entry.action)

    def digest(self, published: PublishedList) -> str:
        """SHA-256 of the canonical text of a list, in hex."""
        if published.id not in self._digests:
            text = format_list(draft_of(self.session, published))
            self._digests[published.id] = sha256(text.encode()).hexdigest()
        return self._digests[published.id]


def _heads(posts: Sequence[int], day: date) -> Any:
    above, above_code = aliased(PositionVersion), aliased(Position)
    return (
        select(
            PositionVersion.position_id, PositionVersion.unit_id, PositionVersion.title, PositionVersion.grade,
            PositionVersion.family, PositionVersion.headcount, PositionVersion.requirements, Position.code,
            UnitVersion.title.label("unit"), Unit.code.label("unit_code"), LegalEntity.name.label("company"),
            above.title.label("above"), above_code.code.label("above_code"),
        )
        .join(Position, Position.id == PositionVersion.position_id)
        .join(UnitVersion, (UnitVersion.unit_id == PositionVersion.unit_id) & as_of(UnitVersion, day))
        .join(Unit, Unit.id == UnitVersion.unit_id)
        .join(LegalEntity, LegalEntity.id == UnitVersion.legal_entity_id)
        .outerjoin(above, (above.position_id == PositionVersion.reports_to_id) & as_of(above, day))
        .outerjoin(above_code, above_code.id == above.position_id)
        .where(PositionVersion.position_id.in_(posts), as_of(PositionVersion, day))
    )


def _sheet(found: _Found, post: int) -> Sheet:
    head = found.heads[post]
    rows = {model: found.rows(model, post) for model in (Duty, AuthorityEntry, KpiTarget, Boundary)}
    shown = {model: [row for row in part if row.may_read] for model, part in rows.items()}
    lists = {row[1].id: row[1] for part in shown.values() for row in part}
    marks = {key: str(number) for number, key in enumerate(lists, 1)} if len(lists) > 1 else {}
    hidden = any(len(shown[model]) < len(rows[model]) for model in (Duty, AuthorityEntry, KpiTarget))
    return Sheet(
        current_locale(), str(head.company), str(_("Duties and authority of a post")), head.unit_code,
        str(head.title), head.code, found.day,
        _head(found, head, list(lists.values())),
        (
            _duties(shown[Duty], marks), _entries(found, shown[AuthorityEntry], marks),
            _kpis(shown[KpiTarget], marks), _boundaries(found, shown[Boundary], marks),
        ),
        _notes(found, [row[0] for row in shown[AuthorityEntry]], hidden=hidden), _foot(found, lists, marks),
        found.checkpoint.line() if found.checkpoint is not None else "",
    )


def _head(found: _Found, head: Any, lists: Sequence[PublishedList]) -> tuple[tuple[str, str], ...]:
    versions = [
        str(_("{unit}: version {version}", unit=found.words.unit(one.unit_id), version=one.version)) for one in lists
    ]
    since = [one.effective_from.isoformat() for one in lists]
    own = len(lists) == 1
    rows: list[tuple[Text, Any]] = [
        (_("Unit"), _named(head.unit, head.unit_code)), (_("Position"), head.title),
        (_("Position code"), head.code), (_("Grade"), head.grade or ""),
        (_("Headcount quota"), head.headcount),
        (_("Reports to"), _named(head.above, head.above_code) if head.above_code else ""),
        (_("List version"), lists[0].version if own else listed(versions)),
        (_("In force from"), since[0] if own else listed(since)),
    ]
    if head.family:
        rows.append((_("Job family"), head.family))
    if head.requirements:
        rows.append((_("Requirements"), head.requirements))
    return tuple((str(name), str(value) or "–") for name, value in rows)


def _named(title: Any, code: str) -> Text:
    return _("{title} ({code})", title=title, code=code)


def _code(row: Any, marks: Mapping[int, str], *, of_all: bool = False) -> str:
    """A code as it is cited; with several lists also the number of its list in the foot."""
    code = f"{EVERYBODY}.{row[0].code}" if of_all else row[0].code
    return f"{code} ({marks[row[1].id]})" if marks else code


def _duties(rows: Sequence[Any], marks: Mapping[int, str]) -> Section:
    return Section(
        str(_("Duties")),
        ((str(_("Code")), 9), (str(_("Duty")), 55), (str(_("Part taken")), 15), (str(_("Matter")), 21)),
        tuple((_code(row, marks), str(row[0].text), str(PARTS[row[0].raci]), row[0].matter or "–") for row in rows),
    )


def _entries(found: _Found, rows: Sequence[Any], marks: Mapping[int, str]) -> Section:
    ordered = sorted(rows, key=lambda row: (row[0].effect == "prohibit", row[0].position_id is None))
    return Section(
        str(_("Authority")),
        ((str(_("Code")), 9), (str(_("What may be decided")), 31), (str(_("Where")), 14), (str(_("Limit an item")), 15),
         (str(_("In total")), 14), (str(_("Basis")), 17)),
        tuple(
            (
                _code(row, marks, of_all=row[0].position_id is None), _sentence(found, row[0]),
                str(wording.scope(row[0], found.words.units)), str(wording.item(row[0])) or "–",
                str(wording.total(row[0])) or "–", row[0].basis or "–",
            )
            for row in ordered
        ),
    )


def _sentence(found: _Found, entry: AuthorityEntry) -> str:
    """The sentence, and below it how and under which conditions."""
    prohibits = entry.effect == "prohibit"
    more = [str(found.words.how(entry))]
    if conditions := found.words.conditions(entry):
        more.append(str(_("only where {conditions}", conditions=conditions)))
    if together := str(found.words.together(entry)):
        more.append(str(_("counted together: {what}", what=together)))
    if many := wording.several(entry):
        more.append(str(_("{many} must agree", many=many)))
    if dormant := wording.emergency(entry):
        more.append(str(dormant))
    if entry.duty_code:
        more.append(str(_("for duty {code}", code=entry.duty_code)))
    if entry.delegable:
        more.append(str(_("may be delegated")))
    if not entry.by_acting:
        more.append(str(_("not by whoever acts for the post")))
    if not prohibits and not found.asked(entry):
        more.append(str(_("not applied here yet")))
    return f"{entry.title}\n{str(_('; ')).join(more)}"


def _kpis(rows: Sequence[Any], marks: Mapping[int, str]) -> Section:
    return Section(
        str(_("Assessment")),
        ((str(_("Code")), 9), (str(_("KPI target")), 31), (str(_("Metric")), 20), (str(_("Target")), 16),
         (str(_("Period")), 8), (str(_("Weight")), 8), (str(_("Duty")), 8)),
        tuple(
            (
                _code(row, marks), str(row[0].title), row[0].metric, _target(row[0]),
                str(wording.CAP_WORDS[row[0].period]), f"{row[0].weight}%" if row[0].weight is not None else "–",
                row[0].duty_code or "–",
            )
            for row in rows
        ),
    )


def _target(kpi: KpiTarget) -> str:
    """The target, with its unit where that is a currency."""
    target = str(wording.target(kpi))
    return f"{target} {kpi.unit}" if len(kpi.unit) == 3 and kpi.unit.isupper() else target


def _boundaries(found: _Found, rows: Sequence[Any], marks: Mapping[int, str]) -> Section:
    return Section(
        str(_("Boundary")),
        ((str(_("Code")), 9), (str(_("Matter")), 18), (str(_("Unit that leads")), 15),
         (str(_("Units beside it")), 18), (str(_("Text")), 40)),
        tuple(
            (
                _code(row, marks), row[0].matter, str(found.words.unit(row[0].lead_unit_id)),
                str(listed(sorted(str(found.words.unit(unit)) for unit in found.beside[row[0].id]))) or "–",
                str(row[0].text),
            )
            for row in rows
        ),
    )


def _notes(found: _Found, entries: Sequence[AuthorityEntry], *, hidden: bool) -> tuple[str, ...]:
    told = [_("Beside this, what the lists give everybody who holds a post is in force.")]
    if hidden:
        told.append(_("Other lists that speak of this post are not the reader's and not printed here."))
    if any(entry.effect != "prohibit" and not found.asked(entry) for entry in entries):
        told.append(_("What is not applied here yet allows nothing until the module that asks about it is on."))
    return tuple(str(one) for one in told)


def _foot(found: _Found, lists: Mapping[int, PublishedList], marks: Mapping[int, str]) -> tuple[str, ...]:
    lines = []
    for key, one in lists.items():
        code = found.codes[one.unit_id] if one.unit_id is not None else "-"
        line = str(_("List {code}, version {version}, SHA-256 {digest}", code=code, version=one.version,
                     digest=found.digest(one)))
        lines.append(f"({marks[key]}) {line}" if marks else line)
    if found.checkpoint is not None:
        lines.append(str(_("Audit log at the last checkpoint: size {size}, root {root}", size=found.checkpoint.size,
                           root=found.checkpoint.root)))
    return tuple(lines)
