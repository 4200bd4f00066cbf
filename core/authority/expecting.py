"""Running the expectations of a list: each is asked of the engine as the lists would be, and answered in a sentence.

An expectation about an action that no module here declares cannot be asked: like the entries for it, it is kept and
says nothing until the module is there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.authority import routing
from core.authority.asking import suppose
from core.authority.document import ExpectationDraft, ListDraft
from core.authority.drafted import seat, snapshot_of
from core.authority.engine import ListEngine
from core.authority.held import EVERYBODY, Entry
from core.authority.snapshot import Snapshot
from core.authority.supposing import Supposed
from core.base.actor import Actor
from core.base.errors import DomainError, Problem
from core.base.text import Text, catalogue, listed
from core.db.dated import as_of
from core.kernel.house import of as house_of
from core.kernel.specs import ActionDef, Facts
from core.org.models import PositionVersion

_ = catalogue("authority")

#: How an expectation ended: as expected, otherwise, or not asked.
PASSED, FAILED, IDLE = "passed", "failed", "idle"
STATES: Mapping[str, Text] = {PASSED: _("As expected"), FAILED: _("Otherwise"), IDLE: _("Not asked")}
#: Facts that are no attributes of what is asked about.
PLACES = ("unit", "position", "requester", "amount")


@dataclass(frozen=True, slots=True)
class Result:
    """One expectation as it was asked: ``number`` from 1 as it stands in the list, ``question`` in words, and in
    ``sentence`` what was expected and, where something else came, what that was."""

    number: int
    state: str
    question: Text | str
    sentence: Text | str

    @property
    def state_title(self) -> Text:
        """As expected, otherwise, or not asked."""
        return STATES[self.state]


class _Unknown(DomainError):
    """An expectation names what does not exist."""


def run(
    session: Session, draft: ListDraft, units: Mapping[str, int], positions: Mapping[str, int]
) -> list[Result]:
    """All expectations of a list, asked as if it were in force on its first day; units and positions by their codes.

    Every unit and position that the list itself names has to exist.
    """
    return _Run(session, draft, units, positions).results() if draft.tests else []


def problems(
    session: Session, draft: ListDraft, units: Mapping[str, int], positions: Mapping[str, int]
) -> list[Problem]:
    """The expectations of a list that it does not meet, each with its place."""
    return [
        Problem(
            _("{question}: {sentence}", question=one.question, sentence=one.sentence), column=f"tests.{one.number}",
            remedy=_("Correct the entries, or what is expected of them."),
        )
        for one in run(session, draft, units, positions) if one.state == FAILED
    ]


@dataclass
class _Run:
    session: Session
    draft: ListDraft
    units: Mapping[str, int]
    positions: Mapping[str, int]

    @cached_property
    def snapshot(self) -> Snapshot:
        return snapshot_of(
            self.session, house_of(self.session).registry, self.draft, self.units, self.positions
        )

    def results(self) -> list[Result]:
        return [self._result(number, one) for number, one in enumerate(self.draft.tests, 1)]

    def _result(self, number: int, one: ExpectationDraft) -> Result:
        action = house_of(self.session).registry.actions.get(one.action)
        question = self._question(one, action)
        if action is None:
            return Result(number, IDLE, question, _("No module here declares this action; nothing can be asked."))
        try:
            passed, sentence = self._asked(one, action)
        except DomainError as error:
            passed, sentence = False, error.message
        return Result(number, PASSED if passed else FAILED, question, sentence)

    def _asked(self, one: ExpectationDraft, action: ActionDef) -> tuple[bool, Text | str]:
        if one.kind == "can":
            return self._permission(one, action)
        if one.kind == "list":
            return _compared(one.found, sorted(self._units_seen(one, action)))
        obj = self._supposed(one, action) or Supposed(Facts(), alone=True)
        for code in one.found:
            self._position(code)
        if one.kind == "who_can":
            steps: Sequence[routing.Step] = routing.who_can(self.session, action.key, obj, snapshot=self.snapshot)
            return _compared(one.found, sorted(dict.fromkeys(step.post.code for step in steps)))
        plan = routing.route(self.session, action.key, obj, snapshot=self.snapshot)
        found = [plan.decider.post.code] if plan.decider is not None else []
        passed, sentence = _compared(one.found, found)
        before = [
            _("{post}: {reason}", post=step.post.code, reason=step.message) for step in plan.path
            if step is not plan.decider
        ]
        return passed, sentence if passed or not before else _("{sentence} On the way: {reasons}", sentence=sentence,
                                                               reasons=listed(before))

    # -- may a post do it ----------------------------------------------------------------------------------------

    def _permission(self, one: ExpectationDraft, action: ActionDef) -> tuple[bool, Text | str]:
        obj = self._supposed(one, action)
        engine: ListEngine = self.session.info["authority"]
        registry = house_of(self.session).registry
        decision = engine.answer(
            self.session, self.snapshot, self._holder(one.post), action, registry.resource_asked(action, obj), obj
        )
        if decision.allowed != one.allow:
            return False, _("Expected: {expected}. Came instead: {reason}", reason=decision.message,
                            expected=_("allowed") if one.allow else _("refused"))
        if one.cite is not None and decision.entry not in self._citations(one.post, one.cite):
            return False, _("Expected: allowed by {entry}. Came instead: {reason}", entry=one.cite,
                            reason=decision.message)
        if one.code is not None and decision.code != one.code:
            return False, _("Expected: refused with {code}. Came instead: {found}, {reason}", code=one.code,
                            found=decision.code, reason=decision.message)
        return True, decision.message

    @staticmethod
    def _citations(post: str | None, cite: str) -> Collection[str]:
        """How an entry of the post, or of everybody, may be cited: with its holder or by its code alone."""
        return (cite, f"{post}.{cite}", f"{EVERYBODY}.{cite}")

    def _holder(self, post: str | None) -> Actor:
        position = self._position(post or "")
        person = seat(position)
        if (person, None) not in self.snapshot.holders:
            raise _Unknown("list.test", _("The post {code} does not exist on {day}.", code=post,
                                          day=self.draft.effective_from))
        return Actor(kind="person", person_id=person)

    # -- which units does a post see -----------------------------------------------------------------------------

    def _units_seen(self, one: ExpectationDraft, action: ActionDef) -> Iterator[str]:
        """The units of which a post has anything by an action: limits and conditions narrow what, not where."""
        for code in one.found:
            self._unit(code)
        who = self._holder(one.post)
        held = self.snapshot.holders[who.person_id, None]
        wide = replace(held, entries=tuple(_wide(entry) for entry in held.entries))
        snapshot = replace(self.snapshot, holders={(who.person_id, None): wide}, made={})
        engine: ListEngine = self.session.info["authority"]
        registry = house_of(self.session).registry
        here = self.snapshot.nodes
        for code, unit_id in self.units.items():
            if unit_id not in here:
                continue
            obj = Supposed(Facts(unit_ids=(unit_id,), legal_entity_id=here[unit_id].legal_entity_id))
            resource = registry.resource_asked(action, obj)
            if engine.answer(self.session, snapshot, who, action, resource, obj).allowed:
                yield code

    # -- what is asked about -------------------------------------------------------------------------------------

    def _supposed(self, one: ExpectationDraft, action: ActionDef) -> Supposed | None:
        """The thing an expectation supposes; None where it supposes none."""
        if not one.resource:
            return None
        said = one.resource
        unit_id = self._unit(said["unit"]) if "unit" in said else None
        position_ids: tuple[int, ...] = ()
        if "position" in said:
            position_ids = (self._position(said["position"]),)
            unit_id = unit_id if unit_id is not None else self._home(position_ids[0])
        node = self.snapshot.nodes.get(unit_id) if unit_id is not None else None
        facts = Facts(
            unit_ids=(unit_id,) if unit_id is not None else (), position_ids=position_ids,
            legal_entity_id=node.legal_entity_id if node is not None else None,
            creator_person_id=seat(self._position(said["requester"])) if "requester" in said else None,
        )
        resource = house_of(self.session).registry.resource_types.get(action.resource or "")
        attributes = {name: text for name, text in said.items() if name not in PLACES}
        made = suppose(action, resource, facts, amount=said.get("amount", ""), attributes=attributes)
        return replace(made, alone=True)

    def _unit(self, code: str) -> int:
        if code not in self.units:
            raise _Unknown("list.test", _("There is no unit {code}.", code=code))
        return self.units[code]

    def _position(self, code: str) -> int:
        if code not in self.positions:
            raise _Unknown("list.test", _("There is no position {code}.", code=code))
        return self.positions[code]

    def _home(self, position_id: int) -> int | None:
        return self.session.scalar(select(PositionVersion.unit_id).where(
            PositionVersion.position_id == position_id, as_of(PositionVersion, self.draft.effective_from)
        ))

    # -- words ---------------------------------------------------------------------------------------------------

    def _question(self, one: ExpectationDraft, action: ActionDef | None) -> Text | str:
        title: Text | str = action.title if action is not None else one.action
        facts = listed(one.resource[name] for name in sorted(one.resource))
        about = _("{title} ({facts})", title=title, facts=facts) if one.resource else title
        if one.kind == "can":
            return _("May {post} do “{what}”?", post=one.post, what=about)
        if one.kind == "list":
            return _("Of which units does {post} have “{what}”?", post=one.post, what=about)
        if one.kind == "route":
            return _("Who decides “{what}”?", what=about)
        return _("Who may decide “{what}”?", what=about)


def _wide(entry: Entry) -> Entry:
    if entry.effect == "prohibit":
        return entry
    return replace(entry, limit_minor=None, cap_minor=None, split_by=None, split_days=None, conditions=None)


def _compared(expected: Sequence[str], found: Sequence[str]) -> tuple[bool, Text | str]:
    """Codes as expected and as found."""
    if list(expected) == list(found):
        return True, _("{found}.", found=_codes(found))
    return False, _("Expected: {expected}. Came instead: {found}.", expected=_codes(expected), found=_codes(found))


def _codes(codes: Sequence[str]) -> Text | str:
    return listed(codes) if codes else _("none")
