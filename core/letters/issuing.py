"""Issuing a letter: who may, what it says, its number, its PDF, its row in the register."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import allowed_actions, require
from core.audit.events import record_decision
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue
from core.db import guard
from core.events.outbox import emit
from core.files.service import put
from core.kernel.house import of
from core.kernel.specs import LetterKind
from core.letters import templates
from core.letters.actions import CHANGE, READ
from core.letters.employment import company_of
from core.letters.events import LetterIssued
from core.letters.filling import Filling, locales_of, refuse_gaps, refuse_signs
from core.letters.models import LANGUAGES, Letter
from core.letters.sheet import Paper
from core.letters.wording import Parts, used
from core.numbers.services import number_for
from core.org.models import Employment

_ = catalogue("letters")

LONGEST_PURPOSE, LONGEST_ADDRESSEE = 200, 100
#: Without signs that look alike on paper: 31 of them, so a code is one of 850 thousand million.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: in which language (``zh_CN``, ``en``, ``both``), what for and for whom."""

    language: str = "zh_CN"
    purpose: str = ""
    addressee: str = ""

    def checked(self, *, own: bool) -> Request:
        """The request as it is kept. Raises ``DomainError`` with the field; one's own letter needs no purpose."""
        if self.language not in LANGUAGES:
            raise DomainError("letters.language", _("Choose Chinese, English or both."), "language")
        purpose, addressee = " ".join(self.purpose.split()), " ".join(self.addressee.split())
        if not own and len(purpose) < 2:
            raise DomainError("letters.purpose", _("Say what the letter is for."), "purpose")
        for text, most, field in ((purpose, LONGEST_PURPOSE, "purpose"), (addressee, LONGEST_ADDRESSEE, "addressee")):
            if len(text) > most:
                raise DomainError("letters.long", _("Write at most {most} characters.", most=most), field)
        return Request(self.language, purpose, addressee)


def offered_for(session: Session, actor: Actor, employment: Employment) -> list[LetterKind]:
    """The kinds of letters the actor may issue about an employment."""
    kinds = templates.kinds(session)
    may = allowed_actions(session, actor, (kind.action for kind in kinds), employment)
    return [kind for kind in kinds if may[kind.action]]


def issue(session: Session, actor: Actor, employment: Employment, kind: LetterKind, asked: Request) -> Letter:
    """Issue a letter and keep it in the register.

    Raises ``Denied``; ``DomainError`` for a request that is not complete, for a letter that would not be true, for
    fields that are not on file and for characters that cannot be printed. Nothing of it is left then, no number either.
    """
    decision = require(session, actor, kind.action, employment)
    own = actor.person_id is not None and actor.person_id == employment.person_id
    asked = asked.checked(own=own)
    day = clock.today(of(session).config.zone)
    wording = templates.current(session, kind)
    company = company_of(session, employment, day)
    values: dict[str, Any] = {
        "letter.date": day, "letter.addressee": asked.addressee, "letter.purpose": asked.purpose,
        "company.name": company.name, "company.credit_code": company.credit_code,
        **kind.values(session, actor, employment, day),
    }
    groups = _open(session, actor, employment, kind, wording.parts, asked, day, values)
    code = new_code()
    filling = Filling(kind, {**values, "letter.number": "0"})
    refuse_gaps(filling, wording.parts, asked.language)
    refuse_signs(filling.paper(wording.parts, asked.language, day, number="0", code=code))
    # From here on others wait who issue letters of this series.
    number = _number(session, actor, kind, company.id, day)
    filling = Filling(kind, {**values, "letter.number": number})
    paper = filling.paper(wording.parts, asked.language, day, number=number, code=shown_code(code))
    refuse_signs(paper)
    pdf = _printed(paper)
    file = put(
        session, actor, pdf, name=f"{number}.pdf", kind="letter", personal=True, keep_days=kind.keep_days,
        subject_id=employment.person_id,
    )  # fmt: skip
    letter = Letter(
        number=number, kind=kind.name, employment_id=employment.id, person_id=employment.person_id,
        legal_entity_id=company.id, language=asked.language, addressee=asked.addressee or None,
        purpose=asked.purpose or None, template_version=wording.version, groups=groups, issued_on=day,
        issued_at=clock.now(), issued_by=actor.name[:100], account_id=actor.account_id, entry=decision.entry,
        list_version=decision.list_version, digest=hashlib.sha256(pdf).hexdigest(), code=code, file_id=file.id,
        kept_until=day + timedelta(days=kind.keep_days) if kind.keep_days is not None else None,
    )
    session.add(letter)
    session.flush()
    record_decision(session, decision, letter)
    emit(session, LetterIssued(letter.id, letter.kind, letter.employment_id, letter.person_id, own))
    return letter


def _open(
    session: Session, actor: Actor, employment: Employment, kind: LetterKind, parts: Parts, asked: Request, day: date,
    values: dict[str, Any],
) -> list[str]:
    """Open the masked groups that the letter shows, and add their values. Returns their names."""
    fields = templates.fields_of(kind)
    named = used(parts, locales_of(asked.language))
    opened = [group for group in kind.groups if any(fields[name].group == group.name for name in named)]
    for group in opened:
        group.open(session, actor, employment, asked.purpose)
        values.update(group.values(session, actor, employment, day))
    return [group.name for group in opened]


def _number(session: Session, actor: Actor, kind: LetterKind, legal_entity_id: int, day: date) -> str:
    number = number_for(session, actor, kind.number, legal_entity_id, day)
    taken = guard.mark(select(Letter.id).where(Letter.number == number), [(READ, Letter.__tablename__)])
    if session.scalars(taken).first() is not None:
        raise DomainError(
            "letters.number_taken",
            _("There is a letter {number} already. Let whoever looks after the numbers change their pattern.",
              number=number),
        )
    return number


def new_code() -> str:
    """A check code that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))


def shown_code(code: str) -> str:
    """A check code as it stands on paper: ``7QXM-4TKB``."""
    return f"{code[:4]}-{code[4:]}"


def preview_pdf(session: Session, actor: Actor, kind: LetterKind, parts: Parts, language: str) -> bytes:
    """A letter about nobody that says that it is a sample, to look at a text before it is saved.

    Raises ``WrongText``, ``Denied``.
    """
    require(session, actor, CHANGE)
    templates.checked(session, kind, parts)
    filling = Filling(kind, templates.samples(session, kind))
    day = clock.today(of(session).config.zone)
    paper = filling.paper(parts, language, day, number="LK-2026-0001", code="7QXM-4TKB", draft=True)
    refuse_signs(paper)
    return _printed(paper)


def sheets(filling: Filling, parts: Mapping[str, Mapping[str, str]], day: date) -> list[Any]:
    """A previewed letter in each language, for pages."""
    return [filling.sheet(parts, locale, day) for locale in locales_of("both")]


def _printed(paper: Paper) -> bytes:
    from core.letters.paper import render  # fonts take their time to load, and most commands print nothing

    return render(paper)
