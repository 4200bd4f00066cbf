"""Pinning notices, finding those of a day, and taking old ones down."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from plugins.sample.actions import PIN, READ
from plugins.sample.events import NoticePinned
from plugins.sample.models import Notice
from plugins.sample.text import _
from remit.base import FOREVER, Actor, DomainError, clock
from remit.events import emit
from remit.live import publish
from remit.services import allowed, require, system, visible
from remit.specs import Change


def pin(
    session: Session, actor: Actor, *, code: str, text: str, until: date = FOREVER, holds_changes: bool = False
) -> Notice:
    """Pin a notice from today on. Raises ``DomainError`` for an empty one or a code that hangs there already."""
    require(session, actor, PIN)
    code, text = code.strip(), text.strip()
    if not code or not text:
        raise DomainError("sample.empty", _("A notice needs a code and a text."), "text")
    with system(session, "a notice is pinned"):
        if session.scalar(select(Notice.id).where(Notice.code == code)) is not None:
            raise DomainError("sample.taken", _("There is a notice {code} already.", code=code), "code")
        notice = Notice(
            code=code, text=text, shown_from=clock.today(), shown_until=until, holds_changes=holds_changes
        )
        session.add(notice)
        session.flush()
    emit(session, NoticePinned(notice.id, notice.code))
    publish(session, "board")
    return notice


def take_off(session: Session, code: str) -> None:
    """Delete the notice with a code; without one nothing happens."""
    with system(session, "a notice makes room for another"):
        session.execute(delete(Notice).where(Notice.code == code))


def on_the_board(session: Session, actor: Actor) -> Sequence[Notice]:
    """Today's notices that the actor may read, latest first."""
    today = clock.today(actor.zone)
    statement = select(Notice).where(Notice.shown_from <= today, Notice.shown_until > today)
    return session.scalars(visible(session, actor, READ, statement).order_by(Notice.id.desc())).all()


def take_down(session: Session, day: date) -> int:
    """Delete the notices that ended before a day; returns how many. Doing it again finds none."""
    with system(session, "notices that have ended are taken down"):
        ended = session.scalar(select(func.count()).select_from(Notice).where(Notice.shown_until <= day)) or 0
        session.execute(delete(Notice).where(Notice.shown_until <= day))
    return ended


def landing(session: Session, actor: Actor) -> str | None:
    """The board, for whoever may read it while a notice hangs there that holds changes."""
    if not allowed(session, actor, READ) or not any(one.holds_changes for one in on_the_board(session, actor)):
        return None
    return "sample.board"


def refuse_while_held(session: Session, change: Change) -> None:
    """Refuse to reopen what is closed while a notice says so."""
    if not change.action.endswith(":reopen"):
        return
    today = clock.today()
    with system(session, "a notice may hold changes"):
        held = session.scalar(
            select(Notice.text).where(
                Notice.holds_changes.is_(True), Notice.shown_from <= today, Notice.shown_until > today
            ).limit(1)
        )
    if held is not None:
        raise DomainError("sample.held", _("Nothing is reopened for now: {text}", text=held))


def tell_of_switch(session: Session, name: str, on: bool) -> None:
    """Keep one notice per module that says whether it is switched off; for the board itself there is none."""
    code = f"module-{name}"
    with system(session, "a notice tells of a module"):
        session.execute(delete(Notice).where(Notice.code == code))
        if not on:
            words = _("The module {name} is switched off for now.", name=name)
            session.add(Notice(code=code, text=str(words), shown_from=clock.today()))
