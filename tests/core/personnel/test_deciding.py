"""Who decides about changes, what is refused, and that the effect is written exactly once."""

from __future__ import annotations

import os
import signal
import threading
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event as listening
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.calls import allowed, visible
from core.access.decision import Denied
from core.authority.document import parse
from core.authority.publish import publish
from core.authority.routing import route
from core.base.errors import DomainError, NotFound
from core.db import guard
from core.org import services as org
from core.org.models import Assignment, PositionQuota, PositionQuotaVersion
from core.personnel.actions import RECEIVE, RELEASE
from core.personnel.models import PersonnelChange
from core.personnel.services import deciding, drafting, effect, preview
from core.workflow import tasks
from core.workflow.models import Task
from tests.core.personnel.conftest import FIRST, LOOK, SYSTEM, Staff

WAS = ("MKT-S", "substantive", 100, True, "2020-01-01", "")
PART: dict[str, Any] = {"employee": "LK003", "position": "SAL-R", "share": 40, "main_share": 60, "first_day": FIRST}
#: What a part-time post of 0.4 from 1 December makes of the rows, worked out by hand.
AFTER = [
    ("MKT-S", "substantive", 100, True, "2020-01-01", "2026-12-01"),
    ("SAL-R", "concurrent", 40, False, "2026-12-01", ""),
    ("MKT-S", "substantive", 60, True, "2026-12-01", ""),
]


def test_both_heads_and_personnel_are_found_by_the_lists(staff: Staff) -> None:
    """Marketing lets go, sales takes, personnel decides; neither head stands on the side of the other."""
    made = staff.ask("zhou", "concurrent", **PART)
    with staff.house.session(SYSTEM) as session:
        change = staff.change(session, made)
        found = {
            action: step.name if (step := route(session, f"personnel.change:{action}", change).decider) else None
            for action in ("release", "receive", "approve")
        }
        assert found == {"release": "lin", "receive": "zhang", "approve": "zhao"}
    for who, may in (("lin", (True, False)), ("zhang", (False, True)), ("wang", (False, False))):
        with staff.house.session(staff.actor(who)) as session:
            change = staff.change(session, made)
            assert (allowed(session, staff.actor(who), RELEASE, change),
                    allowed(session, staff.actor(who), RECEIVE, change)) == may  # fmt: skip
            for action, yes in zip((RELEASE, RECEIVE), may, strict=True):
                shown = session.scalars(visible(session, staff.actor(who), action, select(PersonnelChange.id))).all()
                assert shown == ([made] if yes else [])


def test_nobody_decides_his_own(staff: Staff) -> None:
    """Neither whoever asked, nor whom it is about: personnel's own request goes to the general manager."""
    own = staff.ask("wang", "resignation", employee="LK005", last_day=date(2026, 12, 31))
    with pytest.raises(Denied) as refused:
        staff.answer("wang", own)
    assert refused.value.decision.code == "SOD_SELF"
    asked = staff.ask("wang", "transfer", employee="LK003", position="SAL-R", first_day=FIRST)
    with pytest.raises(Denied):
        staff.answer("wang", asked)
    with staff.house.session(SYSTEM) as session:
        assert {staff.task(session, one).next_person_id for one in (own, asked)} == {staff.people["zhao"].person_id}
    staff.answer("zhao", asked)
    with staff.house.session(staff.actor("wang"), write=True) as session, pytest.raises(Denied):
        deciding.cancel(session, staff.actor("wang"), staff.change(session, asked))


def test_who_may_ask_is_what_the_list_says(staff: Staff) -> None:
    """For himself everybody, heads for their people, and nobody for those of others; promotions not for oneself."""
    for who in ("zhang", "zhou"):
        with pytest.raises(Denied):
            staff.ask(who, "transfer", employee="LK002", position="SAL-R", first_day=FIRST)
    with pytest.raises(DomainError, match="Nobody asks for this for himself") as refused:
        staff.ask("zhou", "promotion", employee="LK003", grade="P9", first_day=FIRST)
    assert refused.value.field == "employee"
    with pytest.raises(Denied):
        staff.ask("lin", "hire", name="N", new_number="LK9", position="SAL-R", first_day=FIRST)
    assert staff.ask("zhang", "hire", name="N", new_number="LK9", position="SAL-R", first_day=FIRST)


def test_a_list_may_say_for_which_kinds(staff: Staff) -> None:
    with staff.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, parse(
            'list: HRD\nversion: 1\neffective_from: "2020-01-01"\npositions:\n  MD: {authority: {K1: {can: '
            '"personnel.change:approve", in: subtree(MKT), when: {kind: concurrent, crosses: "no"}, title: T}}}\n',
            source="z.yaml",
        ))
        org.create_position(session, SYSTEM, code="MKT-R", unit=staff.units["MKT"], title={"zh_CN": "研", "en": "R"},
                            valid_from=date(2020, 1, 1), reports_to=staff.posts["MD"])
    within = staff.ask("zhou", "concurrent", **{**PART, "position": "MKT-R", "share": 20, "main_share": 80})
    across = staff.ask("zhou", "concurrent", **{**PART, "share": 20, "main_share": 80})
    with pytest.raises(Denied):
        staff.answer("lin", across)
    staff.answer("lin", within)


# -- exactly once ------------------------------------------------------------------------------------------------------


def test_two_who_decide_at_once_write_it_once(staff: Staff) -> None:
    made = staff.ask("zhou", "concurrent", **PART)
    start, outcomes = threading.Barrier(2), []

    def decide(who: str) -> None:
        start.wait()
        try:
            staff.answer(who, made)
            outcomes.append("approved")
        except DomainError as error:
            outcomes.append(error.code)

    both(decide, "wang", "zhao")
    assert sorted(outcomes) == ["approved", "task.answered"]
    assert staff.posts_of("zhou") == AFTER


def test_two_changes_do_not_both_take_the_last_place(staff: Staff) -> None:
    """Both had room when they were handed in; who is decided second is told that the post is filled."""
    one = staff.ask("zhou", "transfer", employee="LK003", position="SAL-R", first_day=FIRST)
    other = staff.ask("lin", "transfer", employee="LK002", position="SAL-R", first_day=FIRST)
    start, outcomes = threading.Barrier(2), []

    def decide(made: int) -> None:
        start.wait()
        try:
            staff.answer("wang" if made == one else "zhao", made)
            outcomes.append("approved")
        except DomainError as error:
            outcomes.append(error.code)

    both(decide, one, other)
    assert sorted(outcomes) == ["approved", "personnel.filled"]
    with staff.house.session(SYSTEM) as session:
        held = session.scalars(guard.mark(
            select(Assignment.id).where(Assignment.position_id == staff.posts["SAL-R"].id), LOOK
        )).all()  # fmt: skip
        assert len(held) == 1
    assert sorted((staff.state(one), staff.state(other))) == ["approved", "submitted"]


def both(what: Any, *arguments: Any) -> None:
    threads = [threading.Thread(target=what, args=(one,)) for one in arguments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_killed_at_any_moment_it_is_done_whole_or_not_at_all(staff: Staff) -> None:
    """A process that decides is killed at its first flush, its second, and so on: until one comes to its commit, the
    question is open and nothing is written; then everything is there once.
    """
    made = staff.ask("zhou", "concurrent", **PART)
    for moment in range(1, 40):
        if decided_by_a_process(staff, made, moment):
            break
        assert staff.state(made) == "submitted"
        assert staff.posts_of("zhou") == [WAS]
    assert moment > 5, "the effect is written in several steps"
    assert staff.state(made) == "approved"
    assert staff.posts_of("zhou") == AFTER


def decided_by_a_process(staff: Staff, made: int, moment: int) -> bool:
    """Whether a process of its own decided before its flush of that number, at which it is killed."""
    child = os.fork()
    if child:
        _pid, status = os.waitpid(child, 0)
        assert os.WIFEXITED(status) or os.WTERMSIG(status) == signal.SIGKILL
        return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0
    try:
        staff.house.database.engine.dispose(close=False)
        flushes = iter(range(1, 1000))

        def kill(*_told: Any) -> None:
            if next(flushes) == moment:
                os.kill(os.getpid(), signal.SIGKILL)

        listening.listen(Session, "after_flush", kill)
        listening.listen(Session, "before_commit", kill)
        staff.answer("wang", made)
        os._exit(0)
    finally:
        os._exit(1)


# -- the ground --------------------------------------------------------------------------------------------------------


def changed(staff: Staff, what: str) -> None:
    """Something happens between asking and deciding."""
    with staff.house.session(SYSTEM, write=True) as session, guard.system(session, "the ground changes"):
        employment = session.merge(staff.people["zhou"])
        post = session.merge(staff.posts["SAL-R"])
        if what == "filled":
            org.hire(session, SYSTEM, number="X1", name="quick", position=post, hired_on=FIRST)
        elif what == "ended":
            org.leave(session, SYSTEM, employment, last_day=date(2026, 11, 30))
        elif what == "moved":
            org.change_position(session, SYSTEM, post, FIRST, unit=session.merge(staff.units["SAL-E"]))
        elif what == "closed":
            org.close_position(session, SYSTEM, post, FIRST)
        elif what == "given":
            org.assign(session, SYSTEM, employment, post, valid_from=FIRST, fte=10)
        elif what == "busy":
            org.assign(session, SYSTEM, employment, session.merge(staff.posts["SAL-M"]), valid_from=FIRST, fte=10)


@pytest.mark.parametrize(("what", "told"), [
    ("filled", "Meanwhile Post SAL-R is filled: 1 people for a headcount of 1 on 2026-12-01"),
    ("ended", "zhou is not employed on 2026-12-01"),
    ("moved", "Meanwhile Post SAL-R belongs to another unit, Unit SAL-E"),
    ("closed", "The post does not exist on 2026-12-01"), ("given", "zhou holds this post already"),
    ("busy", "come to 110 % of full working time, and the company allows 100 %"),
])  # fmt: skip
def test_where_the_ground_changed_the_approval_is_refused(staff: Staff, what: str, told: str) -> None:
    """With one sentence; the question stays open, and nothing is written."""
    made = staff.ask("zhou", "concurrent", **PART)
    changed(staff, what)
    before = staff.posts_of("zhou")
    with staff.house.session(SYSTEM) as session:
        found = preview.of(session, staff.change(session, made)).notices
        notices = [str(text) for kind, text in found if kind == "bad"]
        assert len(notices) == 1
        assert told in notices[0], "whoever decides sees it beforehand"
    with pytest.raises(DomainError) as refused:
        staff.answer("wang", made)
    assert told in str(refused.value)
    assert staff.state(made) == "submitted"
    assert staff.posts_of("zhou") == before
    staff.answer("wang", made, "refused")
    assert staff.state(made) == "refused"


def test_a_post_without_room_may_be_asked_for_knowingly(staff: Staff) -> None:
    """Whoever hands it in is told, whoever decides sees it, and approves nevertheless."""
    changed(staff, "filled")
    made = staff.ask("zhou", "concurrent", **PART)
    with staff.house.session(SYSTEM) as session:
        said = [str(text) for _kind, text in preview.of(session, staff.change(session, made)).notices]
        assert said == ["Post SAL-R would be overstaffed: 1 hold it on 2026-12-01, and its headcount is 1."]
    staff.answer("wang", made)
    assert staff.posts_of("zhou") == AFTER


def test_the_staffing_plan_is_asked_beforehand_and_when_it_is_decided(staff: Staff) -> None:
    """Sales may have two posts outside the plan, and two people hold them: a third is refused by both."""
    with staff.house.session(SYSTEM, write=True) as session:
        org.hire(session, SYSTEM, number="X1", name="second", position=session.merge(staff.posts["SAL-M"]),
                 hired_on=date(2024, 1, 1))
        quota = PositionQuota(unit_id=staff.units["SAL"].id, category="outside", grade_min=0, grade_max=0)
        session.add(quota)
        session.flush()
        session.add(PositionQuotaVersion(quota_id=quota.id, valid_from=date(2020, 1, 1), max_count=2, binding=True,
                                         basis="〔2020〕1"))  # fmt: skip
    made = staff.ask("zhou", "transfer", employee="LK003", position="SAL-R", first_day=FIRST)
    with staff.house.session(SYSTEM) as session:
        notices = preview.of(session, staff.change(session, made)).notices
        said = [str(text) for kind, text in notices if kind == "bad"]
        assert said == [
            "The staffing plan of Unit SAL approves 2 of “Posts outside the plan” (〔2020〕1), and 2 people hold one "
            "on 2026-12-01: it cannot be approved until a place is free."
        ]
    with pytest.raises(DomainError) as refused:
        staff.answer("wang", made)
    assert refused.value.code == "quota.exceeded"
    assert (staff.state(made), staff.posts_of("zhou")) == ("submitted", [WAS])
    within = staff.ask("zhang", "transfer", employee="LK004", position="SAL-R", first_day=FIRST)
    with staff.house.session(SYSTEM) as session:
        found = preview.of(session, staff.change(session, within)).notices
        assert "bad" not in [kind for kind, _text in found], "whoever has a place of the plan keeps it"
    staff.answer("wang", within)


def test_what_it_would_do_is_said_beforehand(staff: Staff) -> None:
    other = staff.ask("lin", "transfer", employee="LK002", position="SAL-R", first_day=FIRST)
    made = staff.ask("zhou", "concurrent", **PART)
    with staff.house.session(SYSTEM) as session:
        found = preview.of(session, staff.change(session, made))
        assert [str(text) for text in found.effects] == [
            "From 2026-12-01 on zhou also holds Post SAL-R, 40 % of full working time.",
            "The main post takes 60 % of full working time meanwhile.",
            "All posts together come to 100 % then; the company allows 100 %.",
        ]
        assert [(kind, str(text)) for kind, text in found.notices] == [
            ("ok", "Post SAL-R is vacant on 2026-12-01."),
            ("info", "Another request waits that meets this one: Transfer: lin, Post SAL-R, from 2026-12-01."),
        ]
    staff.answer("wang", other, "refused")
    with staff.house.session(SYSTEM) as session:
        assert [kind for kind, _text in preview.of(session, staff.change(session, made)).notices] == ["ok"]


# -- what is asked stays -----------------------------------------------------------------------------------------------


def test_what_was_approved_never_changes(staff: Staff) -> None:
    made = staff.ask("zhou", "concurrent", **PART)
    staff.answer("wang", made)
    with pytest.raises(DomainError, match="What was approved is not changed"), \
            staff.house.session(SYSTEM, write=True) as session:
        staff.change(session, made).fte = 50
    with staff.house.session(staff.actor("zhou"), write=True) as session:
        change = staff.change(session, made)
        with pytest.raises(DomainError, match="handed in already"):
            drafting.draft(session, staff.actor("zhou"), change.kind, change, PART)
        with pytest.raises(DomainError, match="handed in already"):
            drafting.submit(session, staff.actor("zhou"), change)
    assert staff.posts_of("zhou") == AFTER


def test_taken_back_or_returned(staff: Staff) -> None:
    """Taken back it is over; sent back for revision it is a draft again, to be changed and handed in anew."""
    made = staff.ask("zhou", "concurrent", **PART)
    with staff.house.session(staff.actor("zhou"), write=True) as session:
        tasks.withdraw(session, staff.actor("zhou"), staff.task(session, made).id)
    assert staff.state(made) == "withdrawn"
    other = staff.ask("zhou", "concurrent", **PART)
    with staff.house.session(SYSTEM, write=True) as session:
        run = tasks.run_of(session, "personnel.change", staff.change(session, other))
        assert run is not None
        asked = [(one.id, one.digest) for one in tasks.open_tasks(session, run) if one.next_person_id is not None]
    names = {one.person_id: name for name, one in staff.people.items()}
    with staff.house.session(SYSTEM) as session:
        who = names[session.get_one(Task, asked[0][0]).next_person_id or 0]
    with staff.house.session(staff.actor(who), write=True) as session:
        tasks.send_back(session, staff.actor(who), asked[0][0], seen=asked[0][1], comment="Less of it")
    with staff.house.session(staff.actor("zhou"), write=True) as session:
        change = staff.change(session, other)
        assert change.state == "draft"
        drafting.draft(session, staff.actor("zhou"), change.kind, change, {**PART, "share": 20, "main_share": 80})
        drafting.submit(session, staff.actor("zhou"), change)
    staff.answer("wang", other)
    assert [one[2] for one in staff.posts_of("zhou")] == [100, 20, 80]


def test_a_draft_is_its_writers(staff: Staff) -> None:
    with staff.house.session(staff.actor("zhou"), write=True) as session:
        made = drafting.draft(session, staff.actor("zhou"), "concurrent", None, PART).id
    with staff.house.session(staff.actor("wang"), write=True) as session:
        for what in (drafting.submit, drafting.discard):
            with pytest.raises(DomainError, match="Only whoever wrote"):
                what(session, staff.actor("wang"), staff.change(session, made))
    with staff.house.session(staff.actor("zhou"), write=True) as session:
        drafting.discard(session, staff.actor("zhou"), staff.change(session, made))
    assert staff.state(made) == "withdrawn"


@pytest.mark.parametrize(("kind", "values", "field"), [
    ("transfer", {"employee": "LK003", "position": "NO", "first_day": FIRST}, "position"),
    ("transfer", {"employee": "LK003", "first_day": FIRST}, "position"),
    ("transfer", {"employee": "LK003", "position": "SAL-R"}, "first_day"),
    ("transfer", {"employee": "LK003", "position": "SAL-R", "first_day": date(2026, 10, 31)}, "first_day"),
    ("transfer", {"employee": "LK003", "position": "MKT-S", "first_day": FIRST}, "position"),
    ("concurrent", {**PART, "share": None}, "share"),
    ("concurrent", {**PART, "last_day": date(2026, 11, 30)}, "last_day"),
    ("concurrent", {**PART, "position": "MKT-S"}, "position"),
    ("end_concurrent", {"employee": "LK003", "position": "SAL-R", "last_day": FIRST}, "position"),
    ("promotion", {"employee": "LK003", "first_day": FIRST}, "position"),
    ("terms", {"employee": "LK003", "first_day": FIRST, "grade": "P4"}, "grade"),
    ("resignation", {"employee": "LK003"}, "last_day"),
    ("resignation", {"employee": "LK003", "last_day": date(2026, 10, 1)}, "last_day"),
    ("hire", {"new_number": "X", "position": "SAL-R", "first_day": FIRST}, "name"),
    ("hire", {"name": "N", "position": "SAL-R", "first_day": FIRST}, "new_number"),
    ("hire", {"name": "N", "new_number": "LK003", "position": "SAL-R", "first_day": FIRST}, "new_number"),
])  # fmt: skip
def test_what_cannot_be_is_told_at_its_field(staff: Staff, kind: str, values: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        staff.ask("wang", kind, **values)
    assert refused.value.field == field


def test_who_is_not_there_is_not_found(staff: Staff) -> None:
    with pytest.raises(NotFound):
        staff.ask("wang", "transfer", employee="LK999", position="SAL-R", first_day=FIRST)
    made = staff.ask("wang", "hire", name="N", new_number="LK9", position="SAL-R", first_day=FIRST,
                     identity_number="11010519491231002X")
    staff.answer("zhao", made)
    with pytest.raises(DomainError, match="employed already, as LK9"):
        staff.ask("wang", "hire", name="N", new_number="LK8", position="SAL-M", first_day=FIRST,
                  identity_number="11010519491231002X")
    assert effect.PRODUCT.is_system
