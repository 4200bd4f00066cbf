"""What a list gives that its publisher may not give: more authority to himself, or to others more than is his to grant.

Both are asked before anything is written, on the first day of the list or today where that is later. Whoever publishes
gains where an entry would let him do what none of his own let him do so long, where what was prohibited to him no
longer would be, or where a rule that keeps apart what he holds would be gone. What he gives to others is his to grant
where they held it before, or where an entry of his that is ``grantable`` covers it; everything beyond takes
``authority.list:escalate`` for the places it is about.

The first account of an installation is held to neither: its entry covers everything until the second version of the
installation's own list ends it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.decision import Decision, Denied
from core.authority import rules
from core.authority.actions import IMPORT
from core.authority.containing import Places, within
from core.authority.document import EntryDraft, ListDraft
from core.authority.drafted import row_of
from core.authority.held import STEPS, Entry, Handed, Hat, entry_of
from core.authority.models import AuthorityEntry, DelegatedEntry, Delegation, PublishedList
from core.authority.rules import OWN_LIST, Rule
from core.authority.separation import overlap
from core.base import clock
from core.base.actor import Actor
from core.base.period import FOREVER
from core.base.text import Text, catalogue, listed
from core.db import guard
from core.kernel.registry import Registry
from core.org.models import Assignment, Position

_ = catalogue("authority")

_MARK = [(IMPORT, "core_assignment"), (IMPORT, "core_delegation")]
#: So many entries are named in a refusal.
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Grip:
    """How somebody holds a post from the day on: by an assignment of his own, or by what was delegated to him."""

    post: int
    acting: bool
    start: date
    end: date
    handed: Handed | None = None

    def outlasts(self, other: Grip, day: date) -> bool:
        """Whether it holds all the time the other one does, from a day on."""
        return self.start <= max(other.start, day) and other.end <= self.end

    def held(self, entry: Entry) -> Entry | None:
        """An entry as it is held so; None where it is not."""
        if self.handed is not None:
            return self.handed.narrowed(entry)
        if entry.position_id not in (None, self.post) or (self.acting and not entry.by_acting):
            return None
        return entry


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of a list, and whether its list is in force until another version follows."""

    entry: Entry
    lasting: bool = True


@dataclass(frozen=True, slots=True)
class Gain:
    """What a publisher would win: by an entry that is new or wider, or by a prohibition or rule that goes."""

    citation: str
    goes: bool = False


@dataclass
class Widening:
    """A draft and the lists it would join, as entries of one day."""

    session: Session
    draft: ListDraft
    day: date
    places: Places
    before: Sequence[Row]
    others: Sequence[Row]
    drafted: Sequence[tuple[EntryDraft, Row]]
    rules_before: Sequence[Rule]
    rules_after: Sequence[Rule]

    @property
    def after(self) -> list[Row]:
        """What would be in force: the other lists and the draft."""
        return [*self.others, *(row for _draft, row in self.drafted)]

    # -- for oneself ---------------------------------------------------------------------------------------------

    def gains(self, person_id: int) -> list[Gain]:
        """What a person would win, each entry and rule once; he may hold more posts later on, and those count."""
        grips = _grips(self.session, person_id, self.day)
        old, new = list(_held(self.before, grips)), list(_held(self.after, grips))
        found = [
            Gain(entry.code) for grip, entry, _row in new
            if entry.effect == "grant" and not any(
                mine.effect == "grant" and row.lasting and held.outlasts(grip, self.day)
                and self._no_more(entry, mine, grip.post, held.post, acting=False) for held, mine, row in old
            )
        ]
        mine_now = [entry for _grip, entry, _row in new if entry.effect == "grant"]
        found += [
            Gain(entry.code, goes=True) for grip, entry, _row in old
            if entry.effect == "prohibit" and any(overlap(entry.action, one.action) for one in mine_now)
            and not any(
                other.effect == "prohibit" and held.outlasts(grip, self.day)
                and within(self.places, entry, other, acting=False, post=grip.post, other_post=held.post)
                for held, other, _row in new
            )
        ]
        found += [
            Gain(rule.citation, goes=True) for rule in self._weakened()
            if sum(any(overlap(pattern, one.action) for one in mine_now) for pattern in rule.patterns)
            > (rule.kind != "tenure")
        ]
        return list(dict.fromkeys(found))

    def _no_more(self, one: Entry, other: Entry, post: int, other_post: int, *, acting: bool) -> bool:
        """Whether a grant gives nothing that the other does not give, also of what its holder may pass on."""
        return (
            one.delegable <= other.delegable and one.grantable <= other.grantable
            and other.within_id in (None, one.within_id)
            and within(self.places, one, other, acting=acting, post=post, other_post=other_post)
        )

    def _weakened(self) -> list[Rule]:
        """Rules that keep less apart than before, or nothing."""
        return [
            rule for rule in self.rules_before if not any(
                other.kind == rule.kind and set(rule.patterns) <= set(other.patterns)
                and (rule.months is None or (other.months is not None and other.months <= rule.months))
                for other in self.rules_after
            )
        ]

    # -- for others ----------------------------------------------------------------------------------------------

    def beyond(self, person_id: int | None) -> tuple[list[EntryDraft], list[str]]:
        """The entries that grant what neither their holders had nor the person may grant, and the citations of
        prohibitions and rules that go.
        """
        grips = _grips(self.session, person_id, clock.today()) if person_id is not None else []
        mine = [
            (grip, entry) for grip, entry, row in _held(self.before, [
                grip for grip in grips if grip.handed is None and grip.start <= clock.today()
            ]) if entry.effect == "grant" and entry.grantable and row.lasting
        ]
        grants = [
            (one, row.entry) for one, row in self.drafted
            if one.effect == "grant" and row.entry.power not in STEPS
        ]
        exceeding = [
            one for one, entry in grants
            if not any(
                old.entry.effect == "grant" and old.lasting and old.entry.position_id in (None, entry.position_id)
                and old.entry.power not in STEPS
                and self._no_more(entry, old.entry, entry.position_id or 0, entry.position_id or 0, acting=True)
                for old in self.before
            )
            and not any(
                entry.delegable <= own.delegable
                and within(self.places, entry, own, acting=False, post=entry.position_id, other_post=grip.post)
                for grip, own in mine
            )
        ]
        gone = [
            old.entry.code for old in self.before
            if old.entry.effect == "prohibit" and not any(
                new.entry.effect == "prohibit" and new.entry.position_id in (None, old.entry.position_id)
                and within(self.places, old.entry, new.entry, post=old.entry.position_id,
                           other_post=old.entry.position_id)
                for new in self.after
            )
        ]
        return exceeding, [*gone, *(rule.citation for rule in self._weakened())]


def of(
    session: Session, registry: Registry, draft: ListDraft, units: Mapping[str, int], positions: Mapping[str, int]
) -> Widening:
    """A draft compared with the lists in force on its first day, or today where that is later."""
    day = max(draft.effective_from, clock.today())
    unit_id = units[draft.unit] if draft.unit else None
    names = {position: code for code, position in positions.items()}
    found = session.execute(
        select(AuthorityEntry, PublishedList)
        .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
        .where(PublishedList.effective_from <= day, PublishedList.effective_to > day,
               AuthorityEntry.account_id.is_(None))
        .order_by(AuthorityEntry.id)
    ).all()
    before, others = list[Row](), list[Row]()
    for row, published in found:
        same = published.unit_id == unit_id
        made = Row(entry_of(row, published.version, names.get(row.position_id or 0)),
                   same or published.effective_to == FOREVER)
        before.append(made)
        if not same:
            others.append(made)
    drafted = [
        (entry, Row(entry_of(row_of(registry, entry, units, positions), draft.version, entry.position)))
        for entry in draft.entries
    ]
    kept = rules.read(session, day).of
    own = [
        Rule(f"{draft.unit or OWN_LIST}.{rule.code}", draft.version, unit_id, rule.code, rule.kind, rule.actions,
             rule.months, rule.risk)
        for rule in draft.separation
    ]
    return Widening(session, draft, day, Places(session, day), before, others, drafted, kept,
                    [*(rule for rule in kept if rule.unit_id != unit_id), *own])


def refuse_own(actor: Actor, found: Widening) -> None:
    """Refuse what widens the authority of whoever publishes it. Raises ``Denied`` with the entries."""
    gains = found.gains(actor.person_id) if actor.person_id is not None else []
    if not gains:
        return
    goes = [gain.citation for gain in gains if gain.goes]
    message = _("{entries} would widen your own authority. Nobody publishes that for himself; let somebody else who "
                "may publish it do so.", entries=_cited([gain.citation for gain in gains if not gain.goes]))
    if len(goes) == len(gains):
        message = _("Without {entries} your own authority would be wider. Nobody publishes that for himself; let "
                    "somebody else who may publish it do so.", entries=_cited(goes))
    raise Denied(Decision(False, "OWN_BENEFIT", message, IMPORT))


def refuse_beyond(entries: Sequence[EntryDraft], gone: Sequence[str]) -> Denied:
    """The refusal of what is not the publisher's to grant."""
    if entries:
        message = _("{entries} would grant more than their holders have and than is yours to grant. Publish what your "
                    "grantable entries cover, or let somebody publish it who may grant beyond his own.",
                    entries=_cited([_citation(one) for one in entries]))
    else:
        message = _("Without {entries} others would be allowed more than is yours to grant. Keep them, or let somebody "
                    "publish it who may grant beyond his own.", entries=_cited(gone))
    return Denied(Decision(False, "BEYOND_OWN", message, IMPORT))


def _cited(citations: Sequence[str]) -> Text | str:
    shown: list[Text | str] = list(dict.fromkeys(citations))
    if len(shown) > _NAMED:
        return _("{entries} and {count} more", entries=listed(shown[:_NAMED]), count=len(shown) - _NAMED)
    return listed(shown)


def _citation(entry: EntryDraft) -> str:
    return f"{entry.position or 'ALL'}.{entry.code}"


def _held(found: Iterable[Row], grips: Sequence[Grip]) -> Iterable[tuple[Grip, Entry, Row]]:
    """What is held by some grips; steps before a decision permit nothing and are left out."""
    for row in found:
        if row.entry.effect == "grant" and row.entry.power in STEPS:
            continue
        for grip in grips:
            held = grip.held(row.entry)
            if held is not None:
                yield grip, held, row


def _grips(session: Session, person_id: int, day: date) -> list[Grip]:
    """How a person holds posts on a day and later, as far as that is settled."""
    own = session.execute(guard.mark(
        select(Assignment.position_id, Assignment.kind, Assignment.valid_from, Assignment.valid_to)
        .where(Assignment.person_id == person_id, Assignment.valid_to > day), _MARK,
    ))  # fmt: skip
    found = [Grip(row.position_id, row.kind == "acting", row.valid_from, row.valid_to) for row in own]
    rows = session.execute(guard.mark(
        select(Delegation, Assignment.position_id, Position.code)
        .join(Assignment, Assignment.id == Delegation.from_assignment_id)
        .join(Position, Position.id == Assignment.position_id)
        .where(Delegation.to_person_id == person_id, Delegation.valid_to > day, Delegation.revoked_at.is_(None)),
        _MARK,
    )).all()  # fmt: skip
    for one, post, code in rows:
        codes = session.scalars(select(DelegatedEntry.code).where(DelegatedEntry.delegation_id == one.id))
        hat = Hat(one.from_assignment_id, post, code, 0, "delegated", one.from_person_id, one.id)
        handed = Handed(hat, frozenset(codes), one.limit_minor, one.currency, one.unit_id)
        found.append(Grip(post, acting=False, start=one.valid_from, end=one.valid_to, handed=handed))
    return found
