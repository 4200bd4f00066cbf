"""What somebody holds: hats, the entries held under them, and what was delegated, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from core.authority.models import AuthorityEntry
from core.base import clock
from core.db.types import Translation

EVERYBODY = "ALL"
ANY_ACTION = "*"
#: Ways to have a part in a decision that nothing in the program asks about yet.
STEPS = ("propose", "cosign", "review")


# A process asks the same few thousand pairs again and again: every decision compares each entry of its holder.
@lru_cache(maxsize=1 << 14)
def matches(pattern: str, action: str) -> bool:
    """Whether the action an entry is written for names a key."""
    if pattern == action:
        return True
    noun, _colon, verb = action.partition(":")
    own_noun, _colon, own_verb = pattern.partition(":")
    module, _dot, thing = noun.partition(".")
    own_module, _dot, own_thing = own_noun.partition(".")
    return own_verb == verb and own_module in ("*", module) and own_thing in ("*", thing)


@dataclass(frozen=True, slots=True)
class Hat:
    """One route by which a person holds a position's authority; hats never mix inside one decision.

    ``principal_id`` is the person for whom it is used: who delegated, or who is stood in for. A delegated hat is that
    of the assignment it comes from.
    """

    assignment_id: int
    position_id: int
    position_code: str
    unit_id: int
    kind: str
    principal_id: int | None = None
    delegation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An authority entry as the engine uses it. ``code`` is the citation, such as ``MKT-ACQ-H.A1``.

    One that was delegated has the narrower limit, and holds only within the unit ``within_id`` where that is named. One
    with ``break_hours`` is dormant: it holds only while its holder has opened it for so long.
    """

    code: str
    list_version: int
    position_id: int | None
    effect: str
    action: str
    title: Translation
    scope: str
    scope_unit_id: int | None
    limit_minor: int | None
    currency: str | None
    cap_minor: int | None
    cap_period: str | None
    split_by: str | None
    split_days: int | None
    conditions: Mapping[str, Any] | None
    power: str
    by_acting: bool
    bootstrap: bool
    of_account: bool
    delegable: bool = False
    needs_second: int | None = None
    break_hours: int | None = None
    within_id: int | None = None
    grantable: bool = False

    @property
    def total(self) -> bool:
        """Whether it speaks of everything there is, wherever it is and whatever it is like."""
        return self.scope == "all" and not self.conditions

    def covers(self, action: str, power: str) -> bool:
        """Whether the entry speaks of an action; wildcards are ``module.*:verb`` and ``*.noun:verb``.

        The bootstrap entry covers everything but the reveal of masked fields. To propose, co-sign or review is not to
        decide: such an entry is kept, and permits nothing.
        """
        if self.effect == "grant" and self.power in STEPS:
            return False
        if self.bootstrap and self.action == ANY_ACTION:
            return power != "reveal"
        return matches(self.action, action)


@dataclass(frozen=True, slots=True)
class Holder:
    """All hats and entries of one actor on one day."""

    hats: tuple[Hat, ...]
    entries: tuple[Entry, ...]
    delegated: tuple[tuple[Hat, Entry], ...] = ()
    opened: Mapping[tuple[int, str], datetime] = field(default_factory=dict)

    def awake(self, hat: Hat, entry: Entry) -> bool:
        """Whether an entry may be used now: a dormant one until the moment it was opened for has come."""
        return entry.break_hours is None or clock.now() < self.opened.get((hat.assignment_id, entry.code), clock.NEVER)

    def routes(self, action: str, power: str, effect: str) -> list[tuple[Hat | None, Entry]]:
        """Each (hat, entry) by which the actor has to do with an action.

        An entry for everybody is held under each hat, one of the installation's first account under none.
        """
        found: list[tuple[Hat | None, Entry]] = []
        for entry in self.entries:
            if entry.effect != effect or not entry.covers(action, power):
                continue
            if entry.of_account:
                found.append((None, entry))
                continue
            found.extend(
                (hat, entry)
                for hat in self.hats
                if entry.position_id in (None, hat.position_id) and (entry.by_acting or hat.kind != "acting")
                and self.awake(hat, entry)
            )
        found.extend(
            (hat, entry) for hat, entry in self.delegated if entry.effect == effect and entry.covers(action, power)
        )
        return found


@dataclass(frozen=True, slots=True)
class Handed:
    """A delegation in force: the hat, the codes of the entries it hands over, and how it narrows them."""

    hat: Hat
    codes: frozenset[str]
    limit_minor: int | None
    currency: str | None
    unit_id: int | None

    def narrowed(self, entry: Entry) -> Entry | None:
        """An entry of the post as the delegate may use it; None where it is not handed over.

        What the post is prohibited stays prohibited. Two limits in two currencies cannot be compared, so such an entry
        is not handed over.
        """
        if entry.effect == "prohibit":
            return entry if entry.position_id in (None, self.hat.position_id) and not entry.of_account else None
        code = entry.code.removeprefix(f"{self.hat.position_code}.")
        if entry.position_id != self.hat.position_id or not entry.delegable or code not in self.codes:
            return None
        if entry.break_hours is not None:
            return None
        if self.limit_minor is None:
            return replace(entry, within_id=self.unit_id)
        if entry.currency not in (None, self.currency):
            return None
        limits = [one for one in (entry.limit_minor, self.limit_minor) if one is not None]
        return replace(entry, within_id=self.unit_id, limit_minor=min(limits), currency=self.currency)


def entry_of(row: AuthorityEntry, version: int, position: str | None) -> Entry:
    """A row of a list as the engine uses it; ``position`` is the code of its post."""
    return Entry(
        code=f"{position or EVERYBODY}.{row.code}",
        list_version=version,
        position_id=row.position_id,
        effect=row.effect,
        action=row.action,
        title=row.title,
        scope=row.scope,
        scope_unit_id=row.scope_unit_id,
        limit_minor=row.limit_minor,
        currency=row.currency,
        cap_minor=row.cap_minor,
        cap_period=row.cap_period,
        split_by=row.split_by,
        split_days=row.split_days,
        conditions=row.conditions,
        power=row.power,
        by_acting=row.by_acting,
        bootstrap=bool(row.bootstrap),
        of_account=row.account_id is not None,
        delegable=row.delegable,
        grantable=row.grantable,
        needs_second=row.needs_second,
        break_hours=row.break_hours,
    )
