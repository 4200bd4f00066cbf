"""Decisions with their sentences: what was allowed by which entry, what was refused and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.decision import Compared, Decision
from core.authority import separation
from core.authority.checks import titles
from core.authority.held import Entry, Hat
from core.authority.rates.table import words as in_currency
from core.authority.snapshot import Snapshot, home
from core.authority.wording import scope as in_words
from core.base.text import Text, catalogue
from core.db.dated import as_of
from core.kernel.house import of as house_of
from core.kernel.specs import ActionDef
from core.org.models import LegalEntity, UnitVersion

if TYPE_CHECKING:
    from core.authority.engine import Asked

_ = catalogue("authority")


def reach(session: Session, snapshot: Snapshot, hat: Hat | None, entry: Entry) -> Text | str:
    """Where a scope reaches, for a refusal: a company and a unit that the entry names by their names."""
    node = home(snapshot, hat, entry)
    if entry.scope == "company" and node is not None:
        return str(session.scalar(select(LegalEntity.name).where(LegalEntity.id == node.legal_entity_id)))
    if entry.scope_unit_id is None or node is None:
        return in_words(entry, {})
    title = select(UnitVersion.title).where(UnitVersion.unit_id == node.unit_id, as_of(UnitVersion, snapshot.day))
    return in_words(entry, {node.unit_id: str(session.scalar(title))})


def permission(action: ActionDef, hat: Hat | None, entry: Entry, compared: Compared | None = None) -> Decision:
    """Allowed, by an entry under a hat; it says how many must agree where one is not enough, and by which rate an
    amount in another currency was compared.
    """
    words = {"entry": entry.code, "version": entry.list_version, "sentence": entry.title}
    delegated = hat is not None and hat.delegation_id is not None
    said = (
        _("Allowed by {entry} (list version {version}), as delegated: {sentence}", **words) if delegated
        else _("Allowed by {entry} (list version {version}): {sentence}", **words)
    )
    if compared is not None:
        said = _("{said}; {compared}", said=said, compared=in_currency(compared))
    needs = entry.needs_second or 1
    if needs > 1:  # what one person's yes does not decide alone
        said = _("{said}; {count} person must agree", "{said}; {count} people must agree", said=said, count=needs)
    return Decision(
        True, "ALLOW", said, action.key, entry.code, entry.list_version, hat.assignment_id if hat else None,
        hat.position_id if hat else None, delegation_id=hat.delegation_id if hat else None,
        on_behalf_of=hat.principal_id if hat else None, needs=needs, compared=compared,
    )


def kept_apart(
    session: Session, code: str, asked: Asked, broken: separation.Broken, entry: Entry | None = None
) -> Decision:
    """Refused by a rule that keeps duties apart, which is named with what was done or is held."""
    title, (other,) = asked.action.title, titles(house_of(session).registry, [broken[1]])
    message = (
        separation.sentence(broken, title, other, entry) if code == "SOD_OBJECT"
        else separation.sentence_of_hands(broken, title, other)
    )
    return refusal(code, asked.action, message, entry)


def recused(action: ActionDef, entry: Entry | None = None) -> Decision:
    """Refused because of a relation between persons. Which one is theirs to tell, so it is not named: whoever asked
    reads on the way of his question that a post was recused.
    """
    message = _(
        "Recused: whoever is related to somebody concerned, or has an interest with him, does not do “{title}” for "
        "him; it goes to the next position.", title=action.title,
    ) if entry is None else _(
        "Recused: by {entry} “{title}” would be done in the name of a relative of somebody concerned, or of one who "
        "has an interest with him; it goes to the next position.", entry=entry.code, title=action.title,
    )
    return refusal("RECUSED", action, message, entry)


def agreed(action: ActionDef, found: Decision, *, himself: bool) -> Decision:
    """Refused where several must agree, because somebody has already: himself, or in the stead of the same person."""
    message = _("Has agreed already; another must.") if himself else _(
        "Would agree in the stead of somebody who has already; another must."
    )
    return replace(refusal("AGREED", action, message), entry=found.entry, list_version=found.list_version)


def by_proxy(action: ActionDef, entry: Entry) -> Decision:
    """Refused where it would be decided for somebody about what he asked for himself."""
    message = _(
        "By {entry} you would decide for somebody about his own request; it goes to the next position.",
        entry=entry.code,
    )
    return refusal("SOD_PROXY", action, message, entry)


def prohibited(action: ActionDef, entry: Entry) -> Decision:
    """Refused by a prohibition."""
    message = _("{entry} prohibits “{title}” here.", entry=entry.code, title=action.title)
    return refusal("PROHIBITED", action, message, entry)


def refusal(code: str, action: ActionDef, message: Any, entry: Entry | None = None) -> Decision:
    """Refused, with the reason in words and the entry that comes nearest."""
    return Decision(
        False, code, message, action.key, entry.code if entry else None, entry.list_version if entry else None
    )
