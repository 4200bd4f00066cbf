"""A letter with a numbering of its own: the confirmation that somebody reads the board."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.sample.actions import CONFIRM
from plugins.sample.models import Notice
from plugins.sample.text import _
from remit.base import Actor
from remit.letters import FIELDS, facts
from remit.models import Employment
from remit.services import system
from remit.specs import LetterField, LetterKind, NumberAsk, NumberKind

NUMBER = "sample.confirmation"
NUMBERS = (NumberKind(NUMBER, _("Confirmation"), "{entity}-C-{year}-{number}"),)


def values(session: Session, actor: Actor, employment: Employment, day: date) -> Mapping[str, Any]:
    """What every letter says about an employment, and how many notices hang on the board."""
    with system(session, "how many notices a confirmation speaks of"):
        shown = select(func.count()).select_from(Notice).where(Notice.shown_from <= day, Notice.shown_until > day)
        count = session.scalar(shown) or 0
    return {**facts(session, actor, employment, day), "board.notices": count}


def number(session: Session, ask: NumberAsk) -> str | None:
    """A scheme of one's own: the day and how many notices there ever were. Only for confirmations."""
    if ask.kind != NUMBER:
        return None
    with system(session, "a confirmation is numbered"):
        count = session.scalar(select(func.count()).select_from(Notice)) or 0
    return f"BOARD-{ask.day:%Y%m%d}-{count}"


LETTERS = (
    LetterKind(
        name="sample.confirmation", title=_("Confirmation"), action=CONFIRM, number=NUMBER,
        template=Path(__file__).parent / "data" / "confirmation.yaml", values=values,
        fields=(*(one for one in FIELDS if not one.group),
                LetterField("board.notices", _("Notices on the board"), "count", 3)),
    ),
)  # fmt: skip
