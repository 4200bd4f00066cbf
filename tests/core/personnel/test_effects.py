"""Each kind end to end: what it writes onto people, posts and terms, by rows worked out by hand, and its undoing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core.base.errors import DomainError
from core.db import guard
from core.org import chart
from core.org.models import Assignment, Employment, EmploymentTerms, Person
from core.personnel.services import deciding
from tests.core.personnel.conftest import FIRST, LOOK, SYSTEM, TODAY, Staff

WAS = ("MKT-S", "substantive", 100, True, "2020-01-01", "")


def terms_of(staff: Staff, name: str) -> list[tuple[str, str, str, str | None, str | None]]:
    with staff.house.session(SYSTEM) as session:
        rows = session.scalars(guard.mark(
            select(EmploymentTerms).where(EmploymentTerms.employment_id == staff.people[name].id)
            .order_by(EmploymentTerms.valid_from), LOOK,
        ))  # fmt: skip
        return [(str(one.valid_from), "" if one.valid_to.year == 9999 else str(one.valid_to), one.kind, one.grade,
                 one.contribution_place) for one in rows]  # fmt: skip


def left_on(staff: Staff, name: str) -> date:
    with staff.house.session(SYSTEM) as session:
        found: date = session.scalars(
            guard.mark(select(Employment.left_on).where(Employment.id == staff.people[name].id), LOOK)
        ).one()
        return found


def test_a_concurrent_post_for_two_days_a_week(staff: Staff) -> None:
    """0.4 from 1 December until 31 May, the main post 0.6 meanwhile and whole again on 1 June: half-open rows."""
    made = staff.ask("zhou", "concurrent", employee="LK003", position="SAL-R", share=40, main_share=60,
                     first_day=FIRST, last_day=date(2027, 5, 31), reason="customer research")
    assert staff.posts_of("zhou") == [WAS], "nothing is written before somebody approves"
    staff.answer("wang", made)
    assert staff.state(made) == "approved"
    assert staff.posts_of("zhou") == [
        ("MKT-S", "substantive", 100, True, "2020-01-01", "2026-12-01"),
        ("SAL-R", "concurrent", 40, False, "2026-12-01", "2027-06-01"),
        ("MKT-S", "substantive", 60, True, "2026-12-01", "2027-06-01"),
        ("MKT-S", "substantive", 100, True, "2027-06-01", ""),
    ]
    for day, held in ((date(2026, 11, 30), 0), (FIRST, 1), (date(2027, 5, 31), 1), (date(2027, 6, 1), 0)):
        with staff.house.session(staff.actor("zhou")) as session:
            boxes = chart.posts(session, day, [staff.units["SAL"].id])[staff.units["SAL"].id]
            chart.hold(session, staff.actor("zhou"), day, boxes)
            box = next(one for one in boxes if one.code == "SAL-R")
            assert (box.held, box.holder.name if box.holder else "") == (held, "zhou" if held else ""), day


@pytest.mark.parametrize(("share", "main", "bound", "told"), [
    (40, None, 100, "140 %"), (40, 61, 100, "101 %"), (40, None, 139, "140 %"), (40, 60, 100, ""),
    (40, None, 140, ""), (100, 0, 100, ""),
])  # fmt: skip
def test_all_posts_together_stay_within_what_the_company_allows(
    staff: Staff, share: int, main: int | None, bound: int, told: str
) -> None:
    with staff.house.session(SYSTEM, write=True) as session:
        session.merge(staff.entity).fte_bound = bound

    def ask() -> int:
        return staff.ask("zhou", "concurrent", employee="LK003", position="SAL-R", share=share, main_share=main,
                         first_day=FIRST)  # fmt: skip

    if not told:
        staff.answer("wang", ask())
        return
    with pytest.raises(DomainError) as refused:
        ask()
    assert refused.value.field == "share"
    assert f"come to {told} of full working time, and the company allows {bound} %" in str(refused.value)


def test_the_end_of_a_concurrent_post(staff: Staff) -> None:
    """Its last day is included; the main post takes the whole time again."""
    staff.answer("wang", staff.ask("zhou", "concurrent", employee="LK003", position="SAL-R", share=40, main_share=60,
                                   first_day=FIRST))  # fmt: skip
    made = staff.ask("zhang", "end_concurrent", employee="LK003", position="SAL-R", last_day=date(2026, 12, 31),
                     main_share=100)
    staff.answer("wang", made)
    assert staff.posts_of("zhou") == [
        ("MKT-S", "substantive", 100, True, "2020-01-01", "2026-12-01"),
        ("SAL-R", "concurrent", 40, False, "2026-12-01", "2027-01-01"),
        ("MKT-S", "substantive", 60, True, "2026-12-01", "2027-01-01"),
        ("MKT-S", "substantive", 100, True, "2027-01-01", ""),
    ]


def test_a_transfer(staff: Staff) -> None:
    staff.answer("wang", staff.ask("zhou", "transfer", employee="LK003", position="SAL-R", first_day=FIRST))
    assert staff.posts_of("zhou") == [
        ("MKT-S", "substantive", 100, True, "2020-01-01", "2026-12-01"),
        ("SAL-R", "substantive", 100, True, "2026-12-01", ""),
    ]


def test_a_promotion_to_a_post_and_a_grade(staff: Staff) -> None:
    made = staff.ask("lin", "promotion", employee="LK003", position="SAL-M", grade="M2", first_day=FIRST)
    staff.answer("wang", made)
    assert staff.posts_of("zhou")[-1] == ("SAL-M", "substantive", 100, True, "2026-12-01", "")
    assert terms_of(staff, "zhou") == [
        ("2020-01-01", "2026-12-01", "regular", "P4", "CN-SH"), ("2026-12-01", "", "regular", "M2", "CN-SH"),
    ]


def test_a_promotion_in_grade_alone(staff: Staff) -> None:
    staff.answer("wang", staff.ask("lin", "promotion", employee="LK003", grade="P5", first_day=FIRST))
    assert staff.posts_of("zhou") == [WAS]
    assert [one[3] for one in terms_of(staff, "zhou")] == ["P4", "P5"]
    with pytest.raises(DomainError, match="This grade holds already") as refused:
        staff.ask("lin", "promotion", employee="LK003", grade="P5", first_day=FIRST)
    assert refused.value.field == "grade"


def test_a_change_of_terms(staff: Staff) -> None:
    made = staff.ask("wang", "terms", employee="LK003", employment_kind="part_time", contribution_place="CN-BJ",
                     first_day=FIRST)
    staff.answer("zhao", made)
    assert terms_of(staff, "zhou") == [
        ("2020-01-01", "2026-12-01", "regular", "P4", "CN-SH"), ("2026-12-01", "", "part_time", "P4", "CN-BJ"),
    ]


def test_leaving(staff: Staff) -> None:
    """The last day is worked: the employment, its posts and terms end the day after."""
    staff.answer("wang", staff.ask("zhou", "resignation", employee="LK003", last_day=date(2026, 12, 31)))
    assert left_on(staff, "zhou") == date(2027, 1, 1)
    assert staff.posts_of("zhou") == [(*WAS[:5], "2027-01-01")]
    assert terms_of(staff, "zhou") == [("2020-01-01", "2027-01-01", "regular", "P4", "CN-SH")]
    with pytest.raises(DomainError, match="ends on 2026-12-31 already"):
        staff.ask("zhou", "resignation", employee="LK003", last_day=date(2026, 12, 30))


NEW: dict[str, Any] = {
    "name": "陈新", "new_number": "LK900", "position": "SAL-R", "first_day": FIRST, "grade": "P3",
    "identity_number": "11010519491231002X", "phone": "13800138000", "sex": "F", "born_on": date(1996, 2, 14),
}  # fmt: skip


def test_hiring(staff: Staff) -> None:
    made = staff.ask("wang", "hire", **NEW)
    staff.answer("zhao", made)
    with staff.house.session(SYSTEM) as session:
        change = staff.change(session, made)
        person = session.get_one(Person, change.person_id, execution_options={guard.MARKER: frozenset(LOOK)})
        assert (person.name, person.identity_number, person.phone, person.sex) == (
            "陈新", NEW["identity_number"], NEW["phone"], "F"
        )
        assert (change.identity_number, change.phone, change.identity_shown) == (None, None, "••••••002X")
        held = session.scalars(guard.mark(
            select(Assignment).where(Assignment.employment_id == change.employment_id), LOOK
        )).one()  # fmt: skip
        assert (held.position_id, held.valid_from, held.fte) == (staff.posts["SAL-R"].id, FIRST, 100)


@pytest.mark.parametrize(("kind", "values", "who"), [
    ("transfer", {"position": "SAL-R", "first_day": FIRST}, "zhou"),
    ("concurrent", {"position": "SAL-R", "share": 40, "main_share": 60, "first_day": FIRST}, "zhou"),
    ("promotion", {"position": "SAL-R", "grade": "M1", "first_day": FIRST}, "lin"),
    ("terms", {"grade": "P9", "first_day": FIRST}, "lin"),
    ("resignation", {"last_day": FIRST}, "zhou"),
])  # fmt: skip
def test_cancelled_before_its_first_day_it_is_as_if_it_had_never_been(
    staff: Staff, kind: str, values: dict[str, Any], who: str
) -> None:
    before = staff.posts_of("zhou"), terms_of(staff, "zhou"), left_on(staff, "zhou")
    made = staff.ask(who, kind, employee="LK003", **values)
    staff.answer("wang", made)
    assert (staff.posts_of("zhou"), terms_of(staff, "zhou"), left_on(staff, "zhou")) != before
    cancel(staff, "wang", made)
    assert (staff.posts_of("zhou"), terms_of(staff, "zhou"), left_on(staff, "zhou")) == before
    assert staff.state(made) == "cancelled"


def cancel(staff: Staff, who: str, made: int) -> None:
    with staff.house.session(staff.actor(who), write=True) as session:
        deciding.cancel(session, staff.actor(who), staff.change(session, made))


def test_who_does_not_come_leaves_nothing_behind(staff: Staff) -> None:
    made = staff.ask("wang", "hire", **NEW)
    staff.answer("zhao", made)
    cancel(staff, "zhao", made)
    with staff.house.session(SYSTEM) as session:
        assert session.scalars(guard.mark(select(Person.id).where(Person.name == "陈新"), LOOK)).all() == []
        assert session.scalars(guard.mark(select(Employment.id).where(Employment.number == "LK900"), LOOK)).all() == []
        assert staff.change(session, made).state == "cancelled"


def test_once_it_has_begun_only_a_new_change_helps(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    made = staff.ask("zhou", "transfer", employee="LK003", position="SAL-R", first_day=FIRST)
    staff.answer("wang", made)
    monkeypatch.setenv("REMIT_DEMO_DATE", str(FIRST))
    with pytest.raises(DomainError, match="It holds since 2026-12-01 and cannot be cancelled any more"):
        cancel(staff, "wang", made)
    monkeypatch.setenv("REMIT_DEMO_DATE", "2026-11-30")
    cancel(staff, "wang", made)
    assert staff.posts_of("zhou") == [WAS]


def test_what_was_written_over_is_not_undone(staff: Staff) -> None:
    made = staff.ask("zhou", "transfer", employee="LK003", position="SAL-R", first_day=FIRST)
    staff.answer("wang", made)
    staff.answer("wang", staff.ask("lin", "terms", employee="LK003", grade="P8", first_day=FIRST))
    with pytest.raises(DomainError, match="Since then other things were written"):
        cancel(staff, "wang", made)
    assert staff.state(made) == "approved"
    assert staff.posts_of("zhou")[-1][0] == "SAL-R"


def test_a_cancellation_is_asked_for_like_everything_else(staff: Staff) -> None:
    """Whoever asked takes his leaving back; personnel decides, and the employment goes on."""
    made = staff.ask("zhou", "resignation", employee="LK003", last_day=date(2026, 12, 31))
    staff.answer("wang", made)
    back = staff.ask("zhou", "cancellation", cancels=made)
    with pytest.raises(DomainError, match="Somebody has asked to cancel it already"):
        staff.ask("zhou", "cancellation", cancels=made)
    staff.answer("wang", back)
    assert (staff.state(made), staff.state(back)) == ("cancelled", "approved")
    assert staff.posts_of("zhou") == [WAS]
    assert left_on(staff, "zhou").year == 9999


def test_today_counts(staff: Staff) -> None:
    """A change that begins today holds at once."""
    staff.answer("wang", staff.ask("zhou", "transfer", employee="LK003", position="SAL-R", first_day=TODAY))
    assert staff.posts_of("zhou")[-1] == ("SAL-R", "substantive", 100, True, str(TODAY), "")
