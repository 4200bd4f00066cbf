"""What leads may be described with: the channels, campaigns and choices of the company, found by code or by title."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.crm.actions.leads import LEAD_CAPTURE
from plugins.crm.models import Campaign, Channel, Choice
from plugins.crm.text import CHOICE_KINDS, _
from remit.base import DomainError
from remit.models import Translation, guard
from remit.text import Text

#: The choices that describe a lead; the others say why it was lost or rejected.
DESCRIBING = ("industry", "region", "product")


@dataclass(frozen=True)
class Words:
    """The channels, campaigns and choices in use. ``named`` leads from what people write to what is kept."""

    channels: Mapping[str, Channel]
    campaigns: Mapping[str, Campaign]
    choices: Mapping[str, Mapping[str, str]]
    codes: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, Mapping[str, Translation]]

    def channel(self, told: str) -> Channel:
        """A channel in use by code or title. Raises ``DomainError`` with the field ``channel``."""
        found = self.channels.get(_plain(told))
        if found is None:
            known = ", ".join(dict.fromkeys(one.code for one in self.channels.values()))
            if not known:
                raise DomainError("crm.channel", _("No channel is in use yet. Name the channels first."), "channel")
            raise DomainError(
                "crm.channel",
                _("There is no channel {told}. Write one of these: {known}.", told=told, known=known),
                "channel",
            )
        return found

    def campaign(self, told: str) -> Campaign:
        """A campaign by code or title. Raises ``DomainError`` with the field ``campaign``."""
        found = self.campaigns.get(_plain(told))
        if found is None:
            raise DomainError("crm.campaign", _("There is no campaign {told}.", told=told), "campaign")
        return found

    def choice(self, kind: str, told: str) -> str:
        """The code of a choice in use. Raises ``DomainError`` with the kind as field."""
        if not told.strip():
            return ""
        found = self.choices.get(kind, {}).get(_plain(told))
        if found is None:
            known: Text | str = ", ".join(self.codes.get(kind, ())) or "–"
            raise DomainError(
                f"crm.{kind}",
                _("{kind}: {told} is not among the choices. Write one of these: {known}.",
                  kind=CHOICE_KINDS[kind], told=told, known=known),
                kind,
            )  # fmt: skip
        return found


def words(session: Session) -> Words:
    """Everything leads may be described with now, in three statements."""
    mark = [(LEAD_CAPTURE, "crm_channel"), (LEAD_CAPTURE, "crm_campaign")]
    channels: dict[str, Channel] = {}
    in_use = select(Channel).where(Channel.is_active).order_by(Channel.id)
    for channel in session.scalars(guard.mark(in_use, mark)):
        for name in _names(channel):
            channels.setdefault(name, channel)
    campaigns: dict[str, Campaign] = {}
    for campaign in session.scalars(guard.mark(select(Campaign).order_by(Campaign.id.desc()), mark)):
        for name in (_plain(campaign.code), _plain(campaign.title)):
            campaigns.setdefault(name, campaign)
    choices: dict[str, dict[str, str]] = {}
    codes: dict[str, list[str]] = {}
    titles: dict[str, dict[str, Translation]] = {}
    for choice in session.scalars(select(Choice).where(Choice.is_active).order_by(Choice.order, Choice.id)):
        codes.setdefault(choice.kind, []).append(choice.code)
        titles.setdefault(choice.kind, {})[choice.code] = choice.title
        for name in _names(choice):
            choices.setdefault(choice.kind, {}).setdefault(name, choice.code)
    told = {kind: tuple(found) for kind, found in codes.items()}
    return Words(channels, campaigns, choices, told, titles)


def _names(one: Any) -> Iterable[str]:
    return [_plain(one.code), *(_plain(title) for title in one.title.values())]


def _plain(told: str) -> str:
    return " ".join(told.split()).casefold()
