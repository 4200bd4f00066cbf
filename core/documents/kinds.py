"""The kinds of documents that come with the product, and what is common to all kinds."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy.orm import Session
from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.kernel import state
from core.kernel.house import of
from core.kernel.specs import DocumentKind

_ = catalogue("documents")

SHOWN = 4
_PLAIN = re.compile(r"[\s\-.·/]+")


def plain(number: str) -> str:
    """The form in which two writings of one number are equal: no blanks, hyphens or dots."""
    return _PLAIN.sub("", number)


def _identity_card(number: str) -> None:
    try:
        ric.validate(plain(number).upper())
    except ValidationError:
        raise DomainError(
            "document.number", _("This is no identity card number; compare all 18 characters with the card."), "number"
        ) from None


def _credit_code(number: str) -> None:
    try:
        uscc.validate(plain(number).upper())
    except ValidationError:
        raise DomainError(
            "document.number", _("This is no unified social credit code; compare all 18 characters with the licence."),
            "number",
        ) from None


def _passport(number: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9]{5,15}", plain(number)):
        raise DomainError(
            "document.number", _("A passport number has 5 to 15 letters and digits, such as E12345678."), "number"
        )


SHIPPED = (
    DocumentKind("identity_card", _("Identity card"), check=_identity_card, normal=plain, expires=True,
                 number_hint=_("18 characters"), order=10),
    DocumentKind("passport", _("Passport"), check=_passport, normal=plain, expires=True, remind=(180, 60, 30),
                 order=20),
    DocumentKind("labour_contract", _("Labour contract"), expires=True, remind=(60, 30, 7),
                 expected_of=("regular", "part_time"), order=30),
    DocumentKind("education", _("Education certificate"), keep_years=2, order=40),
    DocumentKind("professional_title", _("Professional title certificate"), keep_years=2, order=50),
    DocumentKind("health_certificate", _("Health certificate"), expires=True, order=60),
    DocumentKind("work_permit", _("Work permit for foreigners"), normal=plain, expires=True, remind=(90, 60, 30, 7),
                 order=70),
    DocumentKind("business_licence", _("Business licence"), entity="legal_entity", personal=False, check=_credit_code,
                 normal=plain, expires=True, remind=(90, 30), keep_years=None, order=200),
)  # fmt: skip


def kinds(session: Session) -> dict[str, DocumentKind]:
    """The kinds of the modules that are on, by name, in order."""
    return of(session).registry.document_kinds(state.read(session))


def kind_of(session: Session, name: str) -> DocumentKind:
    """One kind. ``NotFound`` when nobody that is on registered it."""
    found = kinds(session).get(name)
    if found is None:
        raise NotFound("document.kind", _("There is no kind of document called {name}.", name=name))
    return found


def titles(found: Iterable[DocumentKind]) -> list[tuple[str, object]]:
    """Kinds as choices of a form."""
    return [(kind.name, kind.title) for kind in found]


def masked(kind: DocumentKind, number: str) -> str:
    """What lists show of a number: its end, or all of it where nothing about it is personal."""
    told = number.strip()
    if not kind.personal:
        return told[:64]
    return f"••••{told[-SHOWN:]}" if len(told) > 2 * SHOWN else "••••"
