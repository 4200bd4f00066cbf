"""Kinds of identity documents, as files name them and as country packs check them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from core.base.text import Text, catalogue, listed
from core.db.types import Translation
from core.exchange.columns import normal
from core.kernel import state

if TYPE_CHECKING:
    from core.contracts.country import Identifier
    from core.kernel.house import House

_ = catalogue("org")

Words = Mapping[str, "Identifier"]


def document_words(session: Session) -> dict[str, Words]:
    """By country: each word for a kind of document, and what checks it. No word means the country's usual kind."""
    house: House = session.info["house"]
    found: dict[str, Words] = {}
    for code, country in house.registry.countries(state.read(session)).items():
        words: dict[str, Identifier] = {}
        for one in country.identifiers:
            for word in (one.kind, *one.title.values()):
                words.setdefault(normal(word), one)
        for usual in country.identifiers[:1]:
            for word in ("身份证", "id card", ""):
                words.setdefault(normal(word), usual)
        found[code] = words
    return found


def check_document(
    facts: dict[str, Any], told: str | None, words: Words | None
) -> tuple[str, Text | str, Text | None] | None:
    """Check the document number among the facts of a person and bring it to its normal form.

    ``told`` is the kind as the file writes it. Returns None, or the column, message and remedy of what is wrong.
    Without a country pack the number is taken as it stands.
    """
    number = facts.get("identity_number")
    if number is None or words is None:
        if facts.get("identity_kind"):
            facts["identity_kind"] = facts["identity_kind"][:20]
        return None
    identifier = words.get(normal(told) if told else "")
    if identifier is None:
        known = listed(dict.fromkeys(Translation(one.title) for one in words.values()))
        return (
            "identity_kind", _("{kind} is no known kind of document.", kind=told),
            _("Write one of: {known}.", known=known),
        )
    refusal = identifier.check(number)
    if refusal is not None and not identifier.warning:
        return "identity_number", refusal.message, None
    facts["identity_number"] = identifier.normal(number)
    facts["identity_kind"] = identifier.kind
    return None
