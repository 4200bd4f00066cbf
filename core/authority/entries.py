"""One entry of a list and its versions: what stands at its permanent address, where audit rows and refusals point."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from core.authority import checks, wording
from core.authority.models import AuthorityEntry, Duty, PublishedList
from core.authority.readable import readable
from core.authority.reading import publishers
from core.authority.snapshot import EVERYBODY, STEPS
from core.base.actor import Actor
from core.base.errors import NotFound
from core.base.text import Text, catalogue
from core.db.dated import as_of
from core.db.types import Translation
from core.kernel import state
from core.kernel.house import of as house_of
from core.org.models import Position, PositionVersion, UnitVersion

_ = catalogue("authority")

Line = tuple[Text, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """An entry as one version of its list has it."""

    entry: AuthorityEntry
    published: PublishedList


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of an entry shows. ``lines`` is the row in words; ``changes`` compares it with the version before,
    and is None where the entry is new. ``asked`` is false when nothing that is on asks about its action."""

    code: str
    title: Translation
    published: PublishedList
    holder: Text | str
    unit: Text | str
    lines: list[Line]
    changes: list[tuple[Text, Any, Any]] | None
    before: int | None
    versions: list[PublishedList]
    publisher: Text | str
    published_at: datetime
    until: date | None
    asked: bool
    prohibits: bool


def show(session: Session, actor: Actor, code: str, version: int | None, day: date) -> Shown:
    """One version of an entry, by default the one in force on a day, else the last. Raises ``NotFound``."""
    rows = session.execute(
        _versions().where(_is(code), readable(session, actor)).order_by(PublishedList.version, PublishedList.id)
    ).all()
    found = [Version(entry, published) for entry, published, _position in rows]
    chosen = _chosen(found, version, day)
    if chosen is None:
        raise NotFound("not_found", _("There is no such entry, or it is not yours to see."))
    same = [one for one in found if one.published.unit_id == chosen.published.unit_id]
    earlier = [one for one in same if one.published.version < chosen.published.version]
    words = _Words(session, same, _day_of(chosen.published, day))
    lines = words.lines(chosen)
    registry = house_of(session).registry
    return Shown(
        code=code, title=chosen.entry.title, published=chosen.published,
        holder=words.holder(chosen.entry), unit=words.unit(chosen.published.unit_id), lines=lines,
        changes=_changes(words.lines(earlier[-1]), lines) if earlier else None,
        before=earlier[-1].published.version if earlier else None,
        versions=[one.published for one in reversed(same)],
        publisher=publishers(session, [chosen.published])[chosen.published.id] or _("Set up with the installation"),
        published_at=chosen.published.published_at,
        until=chosen.published.effective_to - timedelta(days=1) if chosen.published.effective_to.year < 9999 else None,
        asked=checks.is_asked(registry, state.read(session), chosen.entry.action),
        prohibits=chosen.entry.effect == "prohibit",
    )


def _versions() -> Any:
    return (
        select(AuthorityEntry, PublishedList, Position.code)
        .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .outerjoin(Position, Position.id == AuthorityEntry.position_id)
    )


def _is(citation: str) -> ColumnElement[bool]:
    """The rows a citation such as ``MKT-ACQ-H.A1`` can mean, wherever its dot is."""
    found: list[ColumnElement[bool]] = []
    for place, sign in enumerate(citation):
        if sign == ".":
            post, code = citation[:place], citation[place + 1:]
            holder = AuthorityEntry.position_id.is_(None) if post == EVERYBODY else Position.code == post
            found.append(and_(holder, AuthorityEntry.code == code))
    return or_(false(), *found)


def _chosen(found: list[Version], version: int | None, day: date) -> Version | None:
    if version is not None:
        return next((one for one in reversed(found) if one.published.version == version), None)
    in_force = [one for one in found if one.published.effective_from <= day < one.published.effective_to]
    return (in_force or found)[-1] if found else None


def _day_of(published: PublishedList, day: date) -> date:
    """The day whose titles are used: today while the list is in force, else the nearest day it was."""
    return min(max(day, published.effective_from), published.effective_to - timedelta(days=1))


def _changes(before: list[Line], after: list[Line]) -> list[tuple[Text, Any, Any]]:
    """Name, before and after of each line that differs."""
    old, new = {str(name): value for name, value in before}, {str(name): value for name, value in after}
    names = {str(name): name for name, _value in [*before, *after]}
    return [
        (names[name], old.get(name, "–"), new.get(name, "–"))
        for name in names if str(old.get(name, "–")) != str(new.get(name, "–"))
    ]


class _Words:
    """Titles of posts, units and duties that some versions of an entry name, read once."""

    def __init__(self, session: Session, versions: list[Version], day: date) -> None:
        self._registry = house_of(session).registry
        self._post = self._title_of_post(session, versions, day)
        wanted = {one.entry.scope_unit_id for one in versions} | {one.published.unit_id for one in versions}
        self._units = {
            unit: str(title) for unit, title in session.execute(
                select(UnitVersion.unit_id, UnitVersion.title).where(
                    UnitVersion.unit_id.in_(wanted - {None}), as_of(UnitVersion, day)
                )
            )
        }
        duties = session.scalars(
            select(Duty).where(
                Duty.list_id.in_([one.published.id for one in versions]),
                Duty.code.in_({one.entry.duty_code for one in versions} - {None}),
            ).order_by(Duty.id)
        )
        self._duties = {(duty.list_id, duty.position_id, duty.code): duty.text for duty in duties}

    @staticmethod
    def _title_of_post(session: Session, versions: list[Version], day: date) -> str:
        found = session.scalar(
            select(PositionVersion.title).where(
                PositionVersion.position_id == versions[0].entry.position_id, as_of(PositionVersion, day)
            )
        )
        return str(found) if found is not None else ""

    def unit(self, unit_id: int | None) -> Text | str:
        """The unit a list belongs to."""
        return self._units.get(unit_id, "–") if unit_id is not None else _("The whole installation")

    def holder(self, entry: AuthorityEntry) -> Text | str:
        """Who holds an entry."""
        if entry.account_id is not None:
            return _("First account")
        return (self._post or "–") if entry.position_id is not None else _("Everybody who holds a post")

    def lines(self, version: Version) -> list[Line]:
        """The row of an entry, each column in words; what is not said is left out."""
        entry = version.entry
        duty = self._duties.get((entry.list_id, entry.position_id, entry.duty_code or ""))
        actions = checks.named(self._registry, entry.action)
        action: Text | str = actions[0].title if len(actions) == 1 else ""
        said: list[tuple[Text, Any]] = [
            (_("Sentence in Chinese"), entry.title.get("zh_CN", "")),
            (_("Sentence in English"), entry.title.get("en", "")),
            (_("Matter"), action), (_("Key of the matter"), entry.action),
            (_("Where"), wording.scope(entry, self._units)),
            (_("Limit"), wording.limit(entry)), (_("Only where"), wording.conditions(entry, self._named)),
            (_("How"), self._how(entry)),
            (_("Also by whoever acts for the post"), _("yes") if entry.by_acting else _("no")),
            (_("May be delegated"), _("yes") if entry.delegable else ""),
            (_("Duty it serves"), str(duty) if duty is not None else ""), (_("Basis"), entry.basis or ""),
        ]
        return [(name, value) for name, value in said if str(value)]

    @staticmethod
    def _how(entry: AuthorityEntry) -> Text:
        """How an entry is used; one that is a step before a decision says that nothing asks about steps yet."""
        if entry.effect == "prohibit":
            return _("Prohibited")
        word = wording.POWER_WORDS[entry.power][0]
        if entry.power in STEPS:
            return _("{how}; kept for joint decisions, not applied yet: it permits nothing", how=word)
        return word

    def _named(self, action: str, attribute: str) -> Text | str:
        """What an attribute is called where the action is asked."""
        for one in checks.named(self._registry, action):
            resource = self._registry.resource_types.get(one.resource or "")
            if resource is not None and attribute in resource.attributes:
                return resource.attributes[attribute].title
        return attribute
