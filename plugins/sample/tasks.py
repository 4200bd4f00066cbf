"""A question somebody decides: whether a notice stays on the board."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from plugins.sample.actions import KEEP
from plugins.sample.models import Notice
from plugins.sample.text import _
from remit.base import Actor, clock
from remit.text import Text
from remit.workflow import Answer, TaskKind


def _subject(session: Session, notice: Notice) -> str:
    del session
    return notice.text


def _lines(session: Session, notice: Notice) -> list[tuple[Text | str, Any]]:
    del session
    return [(_("Code"), notice.code), (_("On the board since"), str(notice.shown_from))]


def _link(notice: Notice) -> str:
    del notice
    return "/sample/notices"


def _answered(session: Session, actor: Actor, notice: Notice, answer: Answer) -> None:
    """A notice that may not stay is off the board from today on."""
    del session, actor
    if answer == "refused":
        notice.shown_until = clock.today()


TASK_KINDS = (TaskKind("sample.notice", _("Pinned notice"), KEEP, _subject, _lines, _link, _answered),)
