"""Drafts: kept, changed, asked about, given up, published by whoever may publish what they say."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.access.calls import allowed, require
from core.authority import checks, expecting
from core.authority.actions import IMPORT
from core.authority.document import ListDraft, format_list, located, parse
from core.authority.lifecycle import consulting
from core.authority.lifecycle.models import ListConsultation, ListDraftRow
from core.authority.models import PublishedList
from core.authority.publish import codes, publish, unknown
from core.authority.readable import READ, readable
from core.authority.shadow import running
from core.authority.shadow.models import ShadowList
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound, Problem
from core.base.text import Text, catalogue
from core.kernel.house import of as house_of
from core.org.models import Position, Unit
from core.org.resources import Place, place_of_unit

_ = catalogue("authority")

STATES: dict[str, tuple[Text, str]] = {
    "draft": (_("Draft"), ""), "consulting": (_("Units are asked"), "info"),
    "asked": (_("Publication is asked"), "warn"), "published": (_("Published"), "ok"), "withdrawn": (_("Given up"), ""),
}
OPEN = ("draft", "consulting")
#: Of these there is one of a version at most: open ones, and one whose publication is asked, which stays as it is.
LIVE = (*OPEN, "asked")


def keep(session: Session, actor: Actor, draft: ListDraft) -> ListDraftRow:
    """Keep a list as a draft. Raises ``Denied`` for whoever may not import lists where it belongs, and ``DomainError``
    for a unit that does not exist and for a version that is published already or kept as a draft.
    """
    units = codes(session, Unit)
    if draft.unit is not None and draft.unit not in units:
        raise DomainError("list.draft", _("There is no unit {code}.", code=draft.unit), "file")
    unit_id = units[draft.unit] if draft.unit else None
    require(session, actor, IMPORT, _place(session, unit_id, clock.today(actor.zone)))
    _refuse_twice(session, unit_id, draft.version)
    row = ListDraftRow(
        unit_id=unit_id, version=draft.version, effective_from=draft.effective_from, text=format_list(draft),
        source=draft.source[:200], state="draft", created_at=clock.now(), author_account_id=actor.account_id,
        author_person_id=actor.person_id,
    )
    session.add(row)
    session.flush()
    return row


def change(session: Session, actor: Actor, row: ListDraftRow, draft: ListDraft) -> None:
    """Put another text in place of a draft's; units that were asked have to be asked again about what it says now."""
    _insist_open(session, actor, row)
    if codes(session, Unit).get(draft.unit or "") != row.unit_id:
        raise DomainError("list.draft", _("This is the list of another unit; keep it as a draft of its own."), "file")
    if draft.version != row.version:
        _refuse_twice(session, row.unit_id, draft.version)
    row.version, row.effective_from, row.source = draft.version, draft.effective_from, draft.source[:200]
    row.text, row.state = format_list(draft), "draft"
    session.execute(delete(ListConsultation).where(ListConsultation.draft_id == row.id))
    session.flush()


def consult(session: Session, actor: Actor, row: ListDraftRow) -> None:
    """Ask the units that the boundaries name; what is wrong with the draft has to be put right before."""
    _insist_open(session, actor, row)
    if row.state != "draft":
        raise DomainError("list.consultation", _("The units are asked already."))
    draft = content(row)
    if problems(session, draft):
        raise DomainError("list.consultation", _("Correct the draft first; then its units are asked."))
    consulting.ask(session, row, draft)


def withdraw(session: Session, actor: Actor, row: ListDraftRow) -> None:
    """Give a draft up; it stays readable."""
    _insist_open(session, actor, row)
    row.state, row.closed_at = "withdrawn", clock.now()
    session.flush()


def release(session: Session, actor: Actor, row: ListDraftRow, reason: str) -> PublishedList:
    """Publish a draft, by the rules of ``publish``.

    Where a unit objects or has not answered, ``reason`` says why it is published all the same. Raises ``DomainError``
    without one, and for a version that stands already; ``Denied`` and ``InputErrors`` as ``publish`` does.
    """
    _insist_open(session, actor, row)
    draft = content(row)
    agreed = insist_on_consent(session, actor, row, draft, reason)
    made, written = publish(session, actor, draft)
    if not written:
        raise DomainError("list.draft", _("Version {version} of this list is published already.", version=row.version))
    row.state, row.closed_at, row.list_id = "published", clock.now(), made.id
    row.reason = None if agreed else reason.strip()[:400] or None
    session.flush()
    return made


def offer(session: Session, actor: Actor, row: ListDraftRow, reason: str) -> None:
    """Let a draft stay as it is because its publication is asked. Raises what ``release`` says of what it needs: it is
    right and meets its expectations, and ``reason`` says why where a unit did not agree.
    """
    session.refresh(row, with_for_update=True)
    _insist_open(session, actor, row)
    draft = content(row)
    wrong = problems(session, draft)
    if wrong or any(one.state == "failed" for one in results(session, draft)):
        raise DomainError("list.draft", _("Correct the draft first; then its publication can be asked."))
    insist_on_consent(session, actor, row, draft, reason)
    row.state = "asked"
    session.flush()


def give_back(session: Session, row: ListDraftRow) -> None:
    """Let a draft be changed again whose publication was asked."""
    if row.state != "asked":
        return
    asked = select(ListConsultation.id).where(ListConsultation.draft_id == row.id).limit(1)
    row.state = "consulting" if session.scalar(asked) is not None else "draft"
    session.flush()


def insist_on_consent(session: Session, actor: Actor, row: ListDraftRow, draft: ListDraft, reason: str) -> bool:
    """Whether every unit agrees; raises ``DomainError`` with the field where not and nobody says why."""
    left = consulting.open_of(consulting.opinions(session, actor, row, draft))
    if left and not reason.strip():
        raise DomainError("list.consultation", _(
            "{units} did not agree. Say why the list is published all the same.",
            units=", ".join(one.title for one in left)), "reason")  # fmt: skip
    return not left


def opinions_in_words(session: Session, row: ListDraftRow) -> list[tuple[str, Text]]:
    """What each unit that a draft names answered, for whoever decides about it."""
    found = consulting.opinions(session, Actor.anonymous(), row, content(row))
    return [(one.title, one.state[0]) for one in found]


def try_out(session: Session, actor: Actor, row: ListDraftRow) -> ShadowList:
    """Let a draft run beside the list in force, by the rules of ``running.start``; a closed one does not."""
    _insist_open(session, actor, row)
    return running.start(session, actor, content(row))


def on_trial(session: Session, actor: Actor, row: ListDraftRow) -> running.Run | None:
    """What runs of the list a draft is of, this draft or another; None where nothing does or it is not his to see."""
    return next((one for one in running.runs(session, actor, running=True) if one.row.unit_id == row.unit_id), None)


def content(row: ListDraftRow) -> ListDraft:
    """What a draft says."""
    return parse(row.text, source=row.source)


def problems(session: Session, draft: ListDraft) -> list[Problem]:
    """What is wrong with a draft beside its expectations, with the line of its text."""
    units, positions = codes(session, Unit), codes(session, Position)
    return located(draft.spots, [
        *unknown(draft, units, positions), *checks.problems(house_of(session).registry, draft)])


def results(session: Session, draft: ListDraft) -> list[expecting.Result]:
    """What the expectations of a draft come to; none can be asked as long as its units or posts do not exist."""
    units, positions = codes(session, Unit), codes(session, Position)
    return [] if unknown(draft, units, positions) else expecting.run(session, draft, units, positions)


def may_keep(session: Session, actor: Actor, row: ListDraftRow) -> bool:
    """Whether somebody looks after the lists of the unit a draft is of."""
    return allowed(session, actor, IMPORT, _place(session, row.unit_id, clock.today(actor.zone)))


def may_look_back(session: Session, actor: Actor, row: ListDraftRow) -> bool:
    """Whether somebody may know what was decided under the list a draft is of: whoever may read that list."""
    return allowed(session, actor, READ, _place(session, row.unit_id, clock.today(actor.zone)))


def load(session: Session, actor: Actor, draft_id: int) -> ListDraftRow:
    """A draft for whoever looks after the lists of its unit or heads a unit that was asked; else ``NotFound``."""
    row = session.get(ListDraftRow, draft_id)
    if row is not None and not may_keep(session, actor, row):
        asked = session.scalars(select(ListConsultation.unit_id).where(ListConsultation.draft_id == row.id)).all()
        leading = consulting.heads(session, asked, clock.today(actor.zone)) if asked else {}
        if actor.person_id is None or not any(actor.person_id in people for people in leading.values()):
            row = None
    if row is None:
        raise NotFound("not_found", _("There is no such draft, or it is not yours to see."))
    return row


def kept(session: Session, actor: Actor) -> list[ListDraftRow]:
    """The drafts of the units whose lists somebody looks after, the open ones first, then the newest."""
    rows = session.scalars(
        select(ListDraftRow).where(readable(session, actor, ListDraftRow, action=IMPORT))
        .order_by(ListDraftRow.id.desc()).limit(200)
    ).all()
    return sorted(rows, key=lambda row: row.state not in LIVE)


def _insist_open(session: Session, actor: Actor, row: ListDraftRow) -> None:
    require(session, actor, IMPORT, _place(session, row.unit_id, clock.today(actor.zone)))
    if row.state == "asked":
        raise DomainError("list.draft", _("Its publication is asked, so that it stays as it is; take that back first."))
    if row.state not in OPEN:
        raise DomainError("list.draft", _("This draft is closed."))


def _place(session: Session, unit_id: int | None, day: date) -> Place:
    if unit_id is None:
        return Place()
    return Place(unit_id, place_of_unit(session, Unit(id=unit_id), day).legal_entity_id)


def _refuse_twice(session: Session, unit_id: int | None, version: int) -> None:
    own = PublishedList.unit_id.is_(None) if unit_id is None else PublishedList.unit_id == unit_id
    other = ListDraftRow.unit_id.is_(None) if unit_id is None else ListDraftRow.unit_id == unit_id
    if session.scalar(select(PublishedList.id).where(own, PublishedList.version >= version).limit(1)) is not None:
        raise DomainError("list.draft", _("Version {version} or a later one is published already; give the draft a "
                                          "higher number.", version=version), "file")
    if session.scalar(select(ListDraftRow.id).where(
        other, ListDraftRow.version == version, ListDraftRow.state.in_(LIVE)).limit(1)
    ) is not None:
        raise DomainError("list.draft", _("Version {version} is kept as a draft already; change that one.",
                                          version=version), "file")
