"""What documents say of posts, as a form: each post with what is uncertain about it, corrected or left out by whoever
confirms it; then posts and drafts are made of it, all of them or none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from marshmallow import ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from core.access.calls import allowed_actions
from core.authority.actions import IMPORT
from core.authority.lifecycle import drafts
from core.authority.lifecycle.models import ListDraftRow
from core.authority.models import PublishedList
from core.authority.readable import readable
from core.authority.sheets import making
from core.authority.sheets.making import Proposed
from core.authority.sheets.reading import DutyRead, SheetRead, Unread
from core.authority.sheets.uploads import Document, drop
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import Text, catalogue
from core.db.dated import as_of
from core.org.models import Unit, UnitVersion
from core.org.resources import STRUCTURE, Place, place_of_unit
from core.schemas import fields
from core.web.forms import Form, FormField

_ = catalogue("authority")

#: The list of units that the inputs of units suggest.
UNITS = "sheet-units"


class PostSchema(fields.Schema):
    """A post as it is to be made; ``duties`` one in a line, in the words of the list."""

    take = fields.Boolean(load_default=False, metadata={"label": _("Take over"), "span": True})
    title = fields.String(load_default="", metadata={"label": _("Position")})
    unit = fields.String(load_default="", metadata={
        "label": _("Unit"), "attrs": {"list": UNITS, "autocomplete": "off"}})
    grade = fields.String(load_default="", metadata={"label": _("Grade")})
    headcount = fields.String(load_default="", metadata={"label": _("Headcount quota")})
    reports_to = fields.String(load_default="", metadata={"label": _("Reports to"), "hint": _(
        "The name of a post, or its code.")})
    requirements = fields.String(load_default="", max_length=20_000, multiline=True, metadata={
        "label": _("Requirements"), "span": True, "rows": 2})
    duties = fields.String(load_default="", max_length=60_000, multiline=True, metadata={
        "label": _("Duties"), "span": True, "rows": 6, "hint": _("One in a line, as the list will have it.")})


@dataclass(slots=True)
class Post:
    """A post of a document on the page. ``unread`` are the cells of its table that were not understood; ``proposed``
    what it would become, None where it is left out or its form cannot be read.
    """

    number: int
    source: str
    sheet: SheetRead
    form: Form
    unread: list[Unread]
    values: dict[str, object] = field(default_factory=dict)
    proposed: Proposed | None = None

    @property
    def fields(self) -> list[FormField]:
        """Its inputs, with names of their own in the form of all posts."""
        return [replace(one, name=_name(self.number, one.name)) for one in self.form.fields]

    @property
    def taken(self) -> bool:
        """Whether it is to be made."""
        return bool(self.form["take"].value)

    @property
    def state(self) -> tuple[Text, str]:
        """In a word or two, and how it is coloured."""
        if not self.taken:
            return _("Left out"), ""
        if self.form.invalid:
            return _("To correct"), "bad"
        return (_("Is there already"), "info") if self.proposed and self.proposed.is_there else (_("New"), "ok")


def posts(session: Session, documents: Sequence[Document], day: date, posted: MultiDict[str, str] | None) -> list[Post]:
    """The posts of documents as forms, filled with what was read, or with what was sent back."""
    found: list[Post] = []
    read = [(one, sheet) for one in documents for sheet in one.sheets]
    proposed = making.propose(session, [sheet for _one, sheet in read], day) if posted is None else []
    for number, (document, sheet) in enumerate(read):
        form = Form(PostSchema, values=_filled(proposed[number]) if posted is None else None, needed=("title", "unit"))
        one = Post(number, document.file.name, sheet, form, _unread_of(document, sheet))
        if posted is None:
            one.values = {name: form[name].value for name in form.names}
        else:
            _take_in(one, posted)
        found.append(one)
    return found


def left_over(documents: Sequence[Document]) -> list[tuple[str, Unread]]:
    """Cells of tables in which no post was found, each with the name of its document."""
    return [
        (one.file.name, cell) for one in documents for cell in one.unread
        if not any(sheet.table == cell.table and sheet.row <= cell.row for sheet in one.sheets)
    ]


def check(session: Session, actor: Actor, found: Sequence[Post], day: date) -> int:
    """Say beside each field what stands in the way of making the posts; how many posts have something."""
    taken = [one for one in found if one.taken and not one.form.invalid]
    proposed = making.propose(session, [_corrected(one) for one in taken], day)
    _refuse_without_rights(session, actor, proposed, day)
    for one, made in zip(taken, proposed, strict=True):
        one.proposed = made
        for fault in made.problems:
            one.form.complain(DomainError("sheets.post", fault.text, fault.field))
    return sum(one.taken and one.form.invalid for one in found)


def confirm(
    session: Session, actor: Actor, found: Sequence[Post], documents: Sequence[Document], day: date
) -> tuple[making.Made, list[ListDraftRow]]:
    """Make the posts that are taken over and keep the drafts of their units; the documents go.

    ``check`` comes before. Raises ``DomainError`` where a post has something against it or none is taken, and as the
    services do; the caller's savepoint then undoes all of it.
    """
    wrong = sum(one.taken and (one.form.invalid or one.proposed is None) for one in found)
    if wrong:
        raise DomainError("sheets.problems", _(
            "{count} post has a problem; nothing was made.", "{count} posts have problems; nothing was made.",
            count=wrong))  # fmt: skip
    proposed = [one.proposed for one in found if one.proposed is not None]
    if not proposed:
        raise DomainError("sheets.none", _("Take over one post at least."))
    made = making.make(session, actor, proposed, day)
    source = ", ".join(dict.fromkeys(one.file.name for one in documents))
    rows = [drafts.keep(session, actor, replace(draft, source=source)) for draft in made.drafts]
    drop(session, documents)
    return made, rows


def units(session: Session, actor: Actor, day: date) -> list[tuple[str, str]]:
    """Codes and titles of the units whose lists somebody looks after, to choose from."""
    rows = session.execute(
        select(Unit.code, UnitVersion.title).join(Unit, Unit.id == UnitVersion.unit_id)
        .where(as_of(UnitVersion, day), readable(session, actor, UnitVersion, action=IMPORT)).order_by(Unit.code)
    )
    return [(code, str(title)) for code, title in rows]


def _name(number: int, name: str) -> str:
    return f"p{number}-{name}"


def _filled(one: Proposed) -> dict[str, object]:
    """What was read of a post, in the form's fields; where it was understood, in the way it is kept."""
    wrong = {fault.field for fault in one.problems}
    return {
        "take": True, "title": one.sheet.title, "unit": one.sheet.unit, "grade": one.grade or one.sheet.grade,
        "headcount": one.sheet.headcount if "headcount" in wrong else str(one.headcount),
        "reports_to": one.sheet.reports_to, "requirements": one.sheet.requirements,
        "duties": "\n".join(making.worded(duty.text, duty.standard) for duty in one.sheet.duties),
    }


def _take_in(one: Post, posted: MultiDict[str, str]) -> None:
    """Read the fields of a post out of the form of all; what cannot be read is said beside its field."""
    own = MultiDict((name, posted.get(_name(one.number, name), "")) for name in one.form.names)
    try:
        one.values = one.form.read(own)
    except ValidationError:
        one.values = {}


def _corrected(one: Post) -> SheetRead:
    said = {name: str(value or "") for name, value in one.values.items()}
    return SheetRead(
        one.sheet.table, one.sheet.row, unit=said["unit"], title=" ".join(said["title"].split()), grade=said["grade"],
        headcount=said["headcount"], reports_to=said["reports_to"], requirements=said["requirements"],
        duties=[DutyRead(line) for line in map(str.strip, said["duties"].splitlines()) if line],
    )


def _unread_of(document: Document, sheet: SheetRead) -> list[Unread]:
    """The cells that were not understood from where a post begins to where the next one of its table does."""
    below = min((one.row for one in document.sheets if one.table == sheet.table and one.row > sheet.row), default=None)
    return [
        cell for cell in document.unread
        if cell.table == sheet.table and sheet.row <= cell.row and (below is None or cell.row < below)
    ]


def _refuse_without_rights(session: Session, actor: Actor, proposed: Sequence[Proposed], day: date) -> None:
    """Say of each post what its unit does not let the actor do, before he confirms."""
    found = {code: key for key, code in session.execute(
        select(Unit.id, Unit.code).where(Unit.code.in_({one.unit for one in proposed}))
    )}  # fmt: skip
    kept = _next_is_kept(session, list(found.values()))
    may = {
        code: allowed_actions(session, actor, (IMPORT, STRUCTURE), Place(
            key, place_of_unit(session, Unit(id=key), day).legal_entity_id)) for code, key in found.items()
    }
    for one in proposed:
        if one.unit not in may:
            continue
        if not may[one.unit][IMPORT]:
            one.refuse("unit", _("You do not look after the list of this unit."))
        elif not one.is_there and not may[one.unit][STRUCTURE]:
            one.refuse("unit", _("Your list does not let you make posts in this unit."))
        if one.sheet.duties and found[one.unit] in kept:
            one.refuse("unit", _("Version {version} of the list of this unit is kept as a draft already; publish it or "
                                 "give it up first.", version=kept[found[one.unit]]))


def _next_is_kept(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Units of whose list the next version is kept as a draft, and the number of it."""
    latest: dict[int | None, int] = {unit: version for unit, version in session.execute(
        select(PublishedList.unit_id, func.max(PublishedList.version)).where(PublishedList.unit_id.in_(ids))
        .group_by(PublishedList.unit_id)
    )}  # fmt: skip
    opened = session.execute(select(ListDraftRow.unit_id, ListDraftRow.version).where(
        ListDraftRow.unit_id.in_(ids), ListDraftRow.state.in_(drafts.LIVE)))  # fmt: skip
    return {unit: version for unit, version in opened if unit is not None and version == latest.get(unit, 0) + 1}
