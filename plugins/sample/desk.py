"""A desk for bridges, as small as it can be: what is brought hangs on the board as a notice."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.sample import services
from plugins.sample.models import Notice
from plugins.sample.text import _
from remit.base import Actor, DomainError
from remit.contracts import LeadMove, LeadPage, LeadTaken, LeadView, LeadWords
from remit.services import system


class Board:
    """The board as a desk: a lead is a notice whose code is its source and number."""

    def words(self, session: Session) -> LeadWords:
        """There is nothing to choose from."""
        del session
        return LeadWords()

    def take(self, session: Session, source: str, rows: Sequence[Mapping[str, Any]]) -> list[LeadTaken]:
        """Pin what has a company and a number that does not hang there yet."""
        there, answers = self.known(session, source, [str(one.get("external_id")) for one in rows]), []
        for one in rows:
            number, company = str(one.get("external_id") or ""), str(one.get("company") or "")
            if not number or not company:
                wrong = DomainError("sample.sent", _("A notice is sent with a code and a text."), "company")
                answers.append(LeadTaken(None, error=wrong))
            elif number in there:
                answers.append(LeadTaken(there[number]))
            else:
                who = Actor.system("a bridge brought a lead")
                there[number] = services.pin(session, who, code=f"{source}:{number}"[:40], text=company).id
                answers.append(LeadTaken(there[number], made=True))
        return answers

    def known(self, session: Session, source: str, numbers: Collection[str]) -> dict[str, int]:
        """The notices that hang for these numbers."""
        codes = {f"{source}:{one}"[:40]: one for one in numbers}
        with system(session, "a bridge asks what hangs"):
            rows = session.execute(select(Notice.code, Notice.id).where(Notice.code.in_(sorted(codes)))).all()
        return {codes[code]: key for code, key in rows}

    def changed(self, session: Session, after: int, most: int) -> LeadPage:
        """Nothing happens to notices."""
        del session, most
        return LeadPage((), after)

    def look(self, session: Session, ids: Collection[int]) -> list[LeadView]:
        """None is a lead."""
        del session, ids
        return []

    def mend(self, session: Session, lead_id: int, values: Mapping[str, str]) -> None:
        """A notice stays as it was pinned."""

    def move(self, session: Session, lead_id: int, move: LeadMove) -> None:
        """A notice hangs, whatever is said of it."""
