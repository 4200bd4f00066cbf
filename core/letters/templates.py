"""The texts of letters: what a module brings along, what the company has made of it, and changing that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.calls import require
from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import LOCALES, Text, catalogue
from core.db import locks
from core.kernel import state
from core.kernel.house import of
from core.kernel.specs import LetterField, LetterKind
from core.letters.actions import CHANGE
from core.letters.models import LetterTemplate
from core.letters.wording import PARTS, Offered, Parts, check

_ = catalogue("letters")

#: What every letter offers, whatever it is about.
COMMON = (
    LetterField("letter.number", _("Number of the letter"), sample="LK-2026-0001"),
    LetterField("letter.date", _("Day of issue"), "day"),
    LetterField("letter.addressee", _("Addressee"), sample={"zh_CN": "中国银行上海市分行", "en": "Bank of China"}),
    LetterField("letter.purpose", _("Purpose"), sample={"zh_CN": "办理签证", "en": "a visa application"}),
    LetterField("company.name", _("Company"), sample={"zh_CN": "示例有限公司", "en": "Sample Company Ltd."}),
    LetterField("company.credit_code", _("Credit code"), sample="91310000MA1FL0000X"),
)


class WrongText(DomainError):
    """A text that cannot be saved; ``faults`` are the sentences by part."""

    def __init__(self, faults: Mapping[str, list[Text]]) -> None:
        part, sentences = next(iter(faults.items()))
        super().__init__("letters.text", sentences[0], part)
        self.faults = dict(faults)


@dataclass(frozen=True, slots=True)
class Wording:
    """The text of a kind that holds now. Version 0 is the one its module brings along."""

    kind: LetterKind
    parts: Parts
    version: int
    made_at: datetime | None = None
    made_by: str = ""


def kinds(session: Session) -> list[LetterKind]:
    """The kinds of letters of the modules that are on."""
    return list(of(session).registry.letters(state.read(session)).values())


def kind_of(session: Session, name: str) -> LetterKind:
    """A kind by its name, or by the last word of it where that is clear. Raises ``NotFound``."""
    known = kinds(session)
    found = [one for one in known if one.name == name] or [
        one for one in known if one.name.rpartition(".")[2] == name
    ]
    if len(found) != 1:
        raise NotFound("letters.kind", _("There is no letter called {kind}; there are {known}.", kind=name,
                                         known=", ".join(one.name for one in known)))  # fmt: skip
    return found[0]


def fields_of(kind: LetterKind) -> dict[str, LetterField]:
    """Everything a kind offers, by name."""
    return {field.name: field for field in (*COMMON, *kind.fields)}


def offered(session: Session, kind: LetterKind) -> Offered:
    """What a text of this kind may name, and what belongs to other kinds."""
    own = fields_of(kind)
    elsewhere = {
        field.name: other.title for other in kinds(session) for field in other.fields if field.name not in own
    }
    money = frozenset(name for name, field in own.items() if field.type == "money")
    return Offered({name: field.title for name, field in own.items()}, money, elsewhere)


@cache
def _read(path: Path) -> dict[str, dict[str, str]]:
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        part: {locale: str(written[locale][part]).strip() for locale in LOCALES if written[locale].get(part)}
        for part in PARTS if any(written[locale].get(part) for locale in LOCALES)
    }


def brought_along(kind: LetterKind) -> Parts:
    """The text the module brings along."""
    return _read(kind.template)


def current(session: Session, kind: LetterKind) -> Wording:
    """The text that holds now."""
    latest = select(LetterTemplate).where(LetterTemplate.kind == kind.name)
    row = session.scalars(latest.order_by(LetterTemplate.version.desc()).limit(1)).first()
    if row is None:
        return Wording(kind, brought_along(kind), 0)
    return Wording(kind, row.parts, row.version, row.made_at, row.made_by)


def versions(session: Session, kind: LetterKind) -> list[LetterTemplate]:
    """What the company has made of the text, the latest first."""
    rows = select(LetterTemplate).where(LetterTemplate.kind == kind.name).order_by(LetterTemplate.version.desc())
    return list(session.scalars(rows.limit(20)))


def everything(session: Session, actor: Actor) -> list[Wording]:
    """The text of each kind. ``Denied`` without ``letters.template:change``."""
    require(session, actor, CHANGE)
    newest = select(LetterTemplate.kind, func.max(LetterTemplate.version).label("version"))
    last = newest.group_by(LetterTemplate.kind).subquery()
    rows = session.scalars(
        select(LetterTemplate).join(
            last, (last.c.kind == LetterTemplate.kind) & (last.c.version == LetterTemplate.version)
        )
    )
    found = {row.kind: row for row in rows}
    return [
        Wording(kind, found[kind.name].parts, found[kind.name].version, found[kind.name].made_at,
                found[kind.name].made_by)
        if kind.name in found else Wording(kind, brought_along(kind), 0)
        for kind in kinds(session)
    ]  # fmt: skip


def checked(session: Session, kind: LetterKind, parts: Parts) -> dict[str, dict[str, str]]:
    """Parts as they are kept. Raises ``WrongText`` with everything that is wrong with them."""
    tidy = {
        part: {locale: texts[locale].replace("\r\n", "\n").strip() for locale in LOCALES
               if texts.get(locale, "").strip()}
        for part, texts in parts.items() if part in PARTS
    }  # fmt: skip
    faults = check(tidy, offered(session, kind))
    if faults:
        raise WrongText(faults)
    return {part: texts for part, texts in tidy.items() if texts}


def save(session: Session, actor: Actor, kind: LetterKind, parts: Parts, *, based_on: int) -> Wording:
    """Keep a text as a new version, which holds for letters from now on.

    Raises ``WrongText``; ``DomainError`` ``letters.stale`` when somebody saved a version since ``based_on``.
    """
    require(session, actor, CHANGE)
    kept = checked(session, kind, parts)
    locks.hold(session, f"letter template {kind.name}")
    now = current(session, kind)
    if now.version != based_on:
        raise DomainError(
            "letters.stale",
            _("{name} saved version {version} meanwhile. Copy your text, open this page again and put it in.",
              name=now.made_by, version=now.version),
        )
    if kept == now.parts:
        return now
    row = LetterTemplate(
        kind=kind.name, version=now.version + 1, parts=kept, made_at=clock.now(), made_by=actor.name[:100],
    )
    session.add(row)
    session.flush()
    return Wording(kind, kept, row.version, row.made_at, row.made_by)


def restore(session: Session, actor: Actor, kind: LetterKind) -> Wording:
    """Go back to the text the module brings along, as a new version."""
    now = current(session, kind)
    return save(session, actor, kind, brought_along(kind), based_on=now.version)


def samples(session: Session, kind: LetterKind) -> dict[str, Any]:
    """Values of nobody, for previews."""
    day = clock.today(of(session).config.zone)
    return {
        name: day if field.type == "day" and not field.sample else field.sample
        for name, field in fields_of(kind).items()
    }
