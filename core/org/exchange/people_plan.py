"""Comparing a file of people with what is stored: who is new, what changes, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import decide, visible
from core.base.actor import Actor
from core.base.period import FOREVER
from core.base.text import Text, catalogue
from core.db.types import keys_of
from core.exchange.check import Checked
from core.exchange.importing import Plan
from core.org.exchange.contribution import settle_places
from core.org.exchange.documents import check_document, document_words
from core.org.exchange.headcount import warn_headcount
from core.org.exchange.histories import Told, open_end
from core.org.exchange.lookup import Positions, Units, entities
from core.org.exchange.missing import Maker
from core.org.exchange.people_data import CONTEXT, FACTS, PeopleData, Stored
from core.org.exchange.places import Places
from core.org.models import LegalEntity, Person
from core.org.resources import IMPORT, IMPORT_UNITS
from core.org.services.people import defaults_of

_ = catalogue("org")

DAY = timedelta(days=1)
#: What the days of somebody's posts follow from; with one of these cells unreadable they are not compared.
DATED = frozenset({"hired_on", "left_on", "valid_from", "valid_to", "post_kind"})
#: Row, position, first day, day after the last, values of the post, values of the terms.
Post = tuple[int, int, date, date, dict[str, Any], dict[str, Any]]


def plan_people(session: Session, actor: Actor, checked: Checked) -> Plan:
    """What importing the good rows would do, and what is wrong with the readable ones."""
    return PeoplePlanner(session, actor, checked).plan_all()


class PeoplePlanner:
    """One pass over the rows, employee by employee."""

    def __init__(self, session: Session, actor: Actor, checked: Checked) -> None:
        self.session, self.actor, self.checked = session, actor, checked
        self.columns, self.present = checked.columns, checked.present
        self.units, self.positions = Units.read(session), Positions.read(session)
        self.plan, self.data = Plan(), PeopleData()
        settle_places(session, checked, self.plan)
        self.maker = Maker(self.data, self.units, self.positions, entities(session))
        self.create = "create_missing" in checked.options
        identities = [one for one in self.columns["identity_number"] if one]
        external = [one for one in self.columns["external_id"] if one]
        self.stored = Stored.read(session, self.columns["number"], external, identities)
        self.ring = keys_of(session)
        self.allowed = self._allowed_persons()
        self.places = Places(session, actor, checked, self.plan, self.units, self.positions,
                             self.maker if self.create else None)
        self.defaults: dict[int, dict[str, Any]] = {}
        self.kinds = document_words(session)
        self.country_of = dict(
            iter(session.execute(select(LegalEntity.id, LegalEntity.country)))
        )
        self.new_by_identity: dict[bytes, int] = {}
        self.inclusive = False
        self.facts_present = [name for name in FACTS if name in self.present]

    # -- preparation -------------------------------------------------------------------------------------------------

    def _allowed_persons(self) -> set[int] | None:
        """The persons that are there already and that the actor may import; None means all of them."""
        if self.actor.is_system or not self.stored.persons:
            return None
        statement = visible(self.session, self.actor, IMPORT, select(Person.id))
        return set(self.session.scalars(statement))

    def problem(self, row: int, column: str, message: Text | str, remedy: Text | None = None) -> None:
        self.plan.problems.append(self.checked.at(row, column, message, remedy))  # type: ignore[arg-type]

    # -- the pass ----------------------------------------------------------------------------------------------------

    def plan_all(self) -> Plan:
        """Every employee in turn."""
        numbers = self.columns["number"]
        # Rows with bad cells are only looked at; with one of them in the file nothing is written.
        starts = [day for day in (*self.columns["hired_on"], *self.columns["valid_from"]) if day is not None]
        self.data.since = min(starts, default=self.data.since)
        groups: dict[str, list[int]] = {}
        for row, number in enumerate(numbers):
            groups.setdefault(number, []).append(row)
        self.inclusive = self._ends_are_last_days(groups)
        for number, rows in groups.items():
            self._employee(number, rows)
        if self.create and (self.data.units or self.data.positions):
            self._may_create()
        warn_headcount(self.session, self.plan, self.data, self.positions)
        self.plan.data = self.data
        return self.plan

    def _ends_are_last_days(self, groups: dict[str, list[int]]) -> bool:
        """Whether the file writes the last day of a post as its end: the next one then begins a day later."""
        starts, ends = self.columns["valid_from"], self.columns["valid_to"]
        days_after = touching = 0
        for rows in groups.values():
            if len(rows) < 2:
                continue
            ordered = sorted((starts[row], ends[row]) for row in rows if starts[row] and ends[row])
            for earlier, later in pairwise(ordered):
                days_after += later[0] == earlier[1] + DAY if earlier[1].year < FOREVER.year else False
                touching += later[0] == earlier[1]
        return days_after > 0 and touching == 0

    def _employee(self, number: str, rows: list[int]) -> None:
        columns, stored = self.columns, self.stored
        if len(rows) > 1:
            rows = sorted(rows, key=lambda row: columns["valid_from"][row] or columns["hired_on"][row] or date.min)
        last = rows[-1]
        before = len(self.plan.problems)
        old = stored.employments.get(number) or stored.by_external.get(columns["external_id"][last])
        if old is not None and self.allowed is not None and old.person_id not in self.allowed:
            self.problem(last, "number", _("{number} is outside your authority.", number=number))
            return
        spoilt = {name for row in rows for name in self.checked.spoilt.get(row, ())} if self.checked.bad else None
        if spoilt:
            self._look_at(number, rows, old, spoilt)
            return
        hired, left = self._stay(number, rows, old)
        posts = self._posts(rows, hired, left, old)
        if len(self.plan.problems) > before:
            return
        entity = posts[-1][5]["legal_entity_id"] if posts else self._entity_of(old)
        facts = self._facts(last, entity)
        person = self._person(number, last, old, facts, hired, left)
        if person is None or len(self.plan.problems) > before:
            return
        employment = self._employment(number, last, old, person, hired, left)
        changed = self._write_posts(employment, person, posts, hired, left, old)
        if old is None:
            self.plan.new += len(rows)
        elif changed or employment in self.data.employment_changes or person in self.data.person_changes:
            self.plan.changed += len(rows)
        else:
            self.plan.unchanged += len(rows)

    def _look_at(self, number: str, rows: Sequence[int], old: Any, spoilt: set[str]) -> None:
        """Say what else is wrong with rows some of whose cells cannot be read."""
        unit: int | None = None
        if spoilt & DATED:
            for row in rows:
                if self._tells_a_post(row, old):
                    unit, _position = self.places.find(row)
                    self.places.agent(row)
        else:
            posts = self._posts(rows, *self._stay(number, rows, old), old)
            unit = self.positions.versions[posts[-1][1]].unit_id if posts else None
        if "identity_kind" in spoilt:
            return
        entity = self.units.versions[unit].legal_entity_id if unit is not None else self._entity_of(old)
        facts = self._facts(rows[-1], entity)
        if facts.get("identity_number"):
            self._owner(rows[-1], old, facts, self.ring.blind_index(facts["identity_number"], CONTEXT))

    def _stay(self, number: str, rows: Sequence[int], old: Any) -> tuple[date, date]:
        """First day, and the day after the last one."""
        columns = self.columns
        hired: date = columns["hired_on"][rows[0]]
        if len(rows) > 1:
            for row in rows[1:]:
                if columns["hired_on"][row] != hired:
                    self.problem(
                        row, "hired_on", _("{number} has two different first days.", number=number),
                        _("Write the same day in each row of this employee."),
                    )
        if "left_on" in self.present:
            day = columns["left_on"][rows[-1]]
            left = FOREVER if day is None or day.year >= FOREVER.year else day + DAY
        elif "valid_to" in self.present:
            left = max(self._end(row) for row in rows)
        else:
            left = old.left_on if old is not None else FOREVER
        if left <= hired:
            self.problem(rows[-1], "left_on" if "left_on" in self.present else "valid_to",
                         _("The last day lies before the first day {day}.", day=hired),
                         _("Correct one of the two days."))
        return hired, left

    def _end(self, row: int) -> date:
        end = open_end(self.columns["valid_to"][row])
        return end + DAY if self.inclusive and end != FOREVER else end

    # -- posts and terms ---------------------------------------------------------------------------------------------

    def _posts(self, rows: Sequence[int], hired: date, left: date, old: Any) -> list[Post]:
        columns = self.columns
        found: list[Post] = []
        primary = [row for row in rows if columns["post_kind"][row] == "substantive"]
        following = dict(pairwise(primary))
        for row in rows:
            if not self._tells_a_post(row, old):
                continue
            unit, position = self.places.find(row)
            if unit is None or position is None:
                continue
            start = columns["valid_from"][row] or hired
            end = min(self._end(row), left)
            after = following.get(row)
            if after is not None and columns["valid_to"][row] is None:
                end = columns["valid_from"][after] or end
            if start < hired:
                self.problem(row, "valid_from", _("The post begins on {start}, before the first day {day}.",
                                                  start=start, day=hired), _("Correct one of the two days."))
                continue
            if start >= end:
                if left <= hired:
                    continue  # said already, of the last day
                self.problem(row, "valid_to", _("The end {end} must be after the start {start}.", start=start, end=end),
                             _("Correct one of the two days."))
                continue
            if found and columns["post_kind"][row] == "substantive":
                earlier = next((one for one in reversed(found) if one[4]["is_primary"]), None)
                if earlier is not None and earlier[3] > start:
                    self.problem(row, "valid_from", _("The period from {start} overlaps with the one in row {row}.",
                                                      start=start, row=self.checked.rows[earlier[0]]),
                                 _("Mark one of the two as concurrent post, or correct the days."))
                    continue
            found.append((row, position, start, end, self._post(row), self._terms(row, unit)))
        return found

    def _tells_a_post(self, row: int, old: Any) -> bool:
        """Whether a row has a unit or a position; those of somebody new must."""
        return old is None or self.columns["unit"][row] is not None or self.columns["position"][row] is not None

    def _may_create(self) -> None:
        decision = decide(self.session, self.actor, IMPORT_UNITS)
        if not decision.allowed:
            self.problem(0, "unit", decision.message)

    def _post(self, row: int) -> dict[str, Any]:
        share = self.columns["fte"][row]
        kind = self.columns["post_kind"][row]
        primary = kind == "substantive"
        fte = share // 10_000 if share is not None else 100 if primary else 0
        return {"kind": kind, "fte": fte, "is_primary": primary, "stands_in_for_id": None}

    def _terms(self, row: int, unit: int) -> dict[str, Any]:
        defaults = self.defaults.get(unit)
        if defaults is None:
            defaults = self.defaults[unit] = defaults_of(self.units.versions, unit)
        columns = self.columns
        agent = self.places.agent(row)
        return {
            "kind": columns["kind"][row] or "regular", "grade": columns["grade"][row],
            "legal_entity_id": defaults["legal_entity_id"],
            "withholding_agent_id": agent or defaults["withholding_agent_id"],
            "contribution_place": columns["contribution_place"][row] or defaults["contribution_place"],
        }

    def _write_posts(
        self, employment: int, person: int, posts: list[Post], hired: date, left: date, old: Any
    ) -> bool:
        stored = self.stored
        terms: list[Told] = []
        primary: list[Told] = []
        beside: dict[int, list[Told]] = {}
        mine = [post for post in posts if post[4]["is_primary"]]
        held = stored.primary.get(employment, [])
        for at, (_row, position, start, end, post, told) in enumerate(mine):
            primary.append((start, end, {**post, "person_id": person, "position_id": position}))
            until = mine[at + 1][2] if at + 1 < len(mine) else left
            begin = hired if at == 0 and old is None else start
            if old is not None and any(
                piece.start <= start < piece.end and piece.values["position_id"] == position for piece in held
            ):
                told = {name: value for name, value in told.items() if name in self.present
                        or (name == "withholding_agent_id" and "withholding_agent" in self.present)}
            terms.append((begin, until, told))
        for _row, position, start, end, post, _told in posts:
            if not post["is_primary"]:
                beside.setdefault(position, []).append((start, end, {**post, "person_id": person}))
        changed = self.data.terms.tell((employment,), stored.terms.get(employment, []), terms, left)
        changed |= self.data.primary.tell((employment,), held, primary, left)
        if beside or old is not None:
            others = {position for owner, position in stored.beside if owner == employment} if stored.beside else set()
            for position in {*beside, *others}:
                key = (employment, position)
                changed |= self.data.beside.tell(key, stored.beside.get(key, []), beside.get(position, []), left)
        return changed

    # -- person and employment ---------------------------------------------------------------------------------------

    def _entity_of(self, old: Any) -> int | None:
        pieces = self.stored.terms.get(old.id) if old is not None else None
        return pieces[-1].values["legal_entity_id"] if pieces else None

    def _facts(self, row: int, entity: int | None) -> dict[str, Any]:
        """The facts of a person as the file tells them, the identity number checked and in its normal form."""
        facts = {name: self.columns[name][row] for name in self.facts_present}
        words = self.kinds.get(self.country_of.get(entity or 0, "CN"))
        told = check_document(facts, self.columns["identity_kind"][row], words)
        if told is not None:
            self.problem(row, *told)
        return facts

    def _person(
        self, number: str, row: int, old: Any, facts: dict[str, Any], hired: date, left: date
    ) -> int | None:
        """The person of a row: of the employment that is there, else by the identity number, else a new one."""
        identity = facts.get("identity_number")
        mark = self.ring.blind_index(identity, CONTEXT) if identity else None
        before = len(self.plan.problems)
        owner = self._owner(row, old, facts, mark)
        if len(self.plan.problems) > before:
            return None
        if old is not None:
            self.data.compare_person(old.person_id, self.stored.persons[old.person_id], facts, mark)
            return int(old.person_id)
        if owner is None:
            owner = -(len(self.data.persons) + 1)
            self.data.persons[owner] = {**facts, "identity_index": mark}
            if mark:
                self.new_by_identity[mark] = owner
        elif not self._one_at_a_time(row, owner, facts, number, hired, left):
            return None
        if mark:
            self.stored.stays.setdefault(owner, []).append((number, hired, left))
        return owner

    def _owner(self, row: int, old: Any, facts: dict[str, Any], mark: bytes | None) -> int | None:
        """Whose document it is; a problem where it is somebody else's."""
        owner = self.stored.by_identity.get(mark) or self.new_by_identity.get(mark) if mark else None
        if owner is None or (old is not None and owner == old.person_id):
            return owner
        if old is not None:
            self.problem(row, "identity_number", _("This document belongs to another employee."),
                         _("Correct the number, or the employee number."))
            return owner
        known = self.data.persons[owner]["name"] if owner < 0 else self.stored.persons[owner].name
        if facts.get("name") not in (known, None):
            self.problem(row, "identity_number", _("This document belongs to an employee of another name."),
                         _("Correct the number or the name."))
        return owner

    def _one_at_a_time(
        self, row: int, owner: int, facts: dict[str, Any], number: str, hired: date, left: date
    ) -> bool:
        for other, start, end in self.stored.stays.get(owner, []):
            if other != number and start < left and hired < end:
                self.problem(row, "identity_number", _("The same person is employed then already, as {number}.",
                                                       number=other),
                             _("End that employment first, or correct the number."))
                return False
        if owner > 0:
            if self.allowed is not None and owner not in self.allowed:
                self.problem(row, "identity_number", _("This document belongs to another employee."))
                return False
            self.data.compare_person(owner, self.stored.persons[owner], facts, None)
        return True

    def _employment(self, number: str, row: int, old: Any, person: int, hired: date, left: date) -> int:
        columns = self.columns
        values = {"number": number, "hired_on": hired, "left_on": left}
        for name in ("first_job_of_year", "external_id"):
            if name in self.present or old is None:
                values[name] = columns[name][row]
        if "first_job_of_year" in values:
            values["first_job_of_year"] = bool(values["first_job_of_year"])
        if old is None:
            made = -(len(self.data.employments) + 1)
            self.data.employments[made] = {**values, "person_id": person}
            return made
        changed = {name: value for name, value in values.items() if getattr(old, name) != value}
        if changed:
            self.data.employment_changes[int(old.id)] = changed
        return int(old.id)
