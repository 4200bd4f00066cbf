"""The channels leads come from, and the words they are described with: named, changed, switched off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import CHANNEL_EDIT, CHANNEL_READ
from plugins.crm.models import Channel, Choice
from plugins.crm.services.places import place_of
from plugins.crm.text import _
from remit.base import Actor, DomainError
from remit.models import Translation
from remit.services import require, system, visible


def channels(session: Session, actor: Actor) -> Sequence[Channel]:
    """The channels somebody may see, those in use first."""
    statement = select(Channel).order_by(Channel.is_active.desc(), Channel.id)
    return session.scalars(visible(session, actor, CHANNEL_READ, statement)).all()


def save_channel(session: Session, actor: Actor, channel: Channel | None, values: dict[str, Any]) -> Channel:
    """Name a channel, or change one: ``code``, ``title``, ``kind``, ``unit_id``, ``is_active``.

    Leads keep the channel they came from, so its code stays; switched off, nothing new comes over it. Raises
    ``DomainError`` with the field for a code that is taken or changed, and ``Denied``.
    """
    place, code = place_of(session, values["unit_id"]), values["code"].strip()
    if channel is not None:
        require(session, actor, CHANNEL_EDIT, channel)
        if code != channel.code:
            raise _fixed()
    else:
        with system(session, "codes of channels are unique"):
            taken = session.scalar(select(Channel.id).where(Channel.code == code))
        if taken is not None:
            raise DomainError("crm.code", _("There is a channel {code} already.", code=code), "code")
    made = channel or Channel(code=code)
    made.title, made.kind, made.is_active = Translation(values["title"]), values["kind"], values["is_active"]
    made.unit_id, made.legal_entity_id = place.unit_id, place.legal_entity_id
    require(session, actor, CHANNEL_EDIT, made)
    session.add(made)
    session.flush()
    return made


def choices(session: Session, kind: str) -> Sequence[Choice]:
    """The words of one kind, those in use first, in their order."""
    statement = select(Choice).where(Choice.kind == kind)
    return session.scalars(statement.order_by(Choice.is_active.desc(), Choice.order, Choice.id)).all()


def save_choice(session: Session, actor: Actor, kind: str, choice: Choice | None, values: dict[str, Any]) -> Choice:
    """Name a word of a kind, or change one: ``code``, ``title``, ``order``, ``is_active``.

    Raises ``DomainError`` with the field for a code that is taken or changed, and ``Denied``: who names the channels
    names the words.
    """
    require(session, actor, CHANNEL_EDIT)
    code = values["code"].strip()
    if choice is not None:
        if code != choice.code:
            raise _fixed()
    elif session.scalar(select(Choice.id).where(Choice.kind == kind, Choice.code == code)) is not None:
        raise DomainError("crm.code", _("There is a word {code} already.", code=code), "code")
    made = choice or Choice(kind=kind, code=code)
    made.title, made.order, made.is_active = Translation(values["title"]), values["order"], values["is_active"]
    session.add(made)
    session.flush()
    return made


def _fixed() -> DomainError:
    return DomainError("crm.code", _("Leads and tables know it by its code, so that stays as it is."), "code")
