"""The story: who decides which amount, what counts together, and what nobody decides for himself.

The expected answers are those of the written cases of the lists: up to and including 10,000.00 is the head's, 10,000.01
the director's; two of 6,000 to one payee are 12,000; what is edited is decided anew.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.decision import Denied
from core.authority.document import parse
from core.authority.publish import publish
from core.base.errors import DomainError, NotFound
from core.events.models import EventRow
from core.workflow import reading, routes, tasks
from core.workflow.models import Task
from plugins.crm.models import SpendRequest
from plugins.crm.services import budgets
from remit.services import system
from remit.testing.statements import counting
from remit.workflow import is_approved
from tests.core.authority.company import SYSTEM
from tests.plugins.crm.conftest import LIST, Office


def waits_for(office: Office, task: Task) -> str | None:
    """Who is to decide, by name."""
    people = {one.person_id: name for name, one in office.company.people.items()}
    found = office.look(lambda session: session.get(Task, task.id))
    return people.get(found.next_person_id)


def spent(office: Office, task: Task) -> SpendRequest:
    def read(session: Session) -> SpendRequest:
        with system(session, "a test looks"):
            return session.get_one(SpendRequest, task.resource_id)

    found: SpendRequest = office.look(read)
    return found


@pytest.mark.parametrize(("amount", "decider"), [
    (800_000, "wang"), (1_000_000, "wang"), (1_000_001, "li"), (1_200_000, "li"), (10_000_000, "li"),
    (10_000_001, "zhao"), (100_000_000, "zhao"), (100_000_001, None),
])  # fmt: skip
def test_the_amount_finds_its_decider(office: Office, amount: int, decider: str | None) -> None:
    assert waits_for(office, office.ask(amount)) == decider


def test_the_head_decides_and_the_entry_is_kept(office: Office) -> None:
    task = office.say(office.ask(800_000), "wang", comment="go")
    assert (task.state, task.entry, task.list_version, task.comment) == ("approved", "ACQ-H.B1", 18, "go")
    assert task.decider_person_id == office.company.people["wang"].person_id
    assert spent(office, task).state == "approved"


def test_above_his_limit_the_head_is_refused_and_the_page_of_the_director_says_why(office: Office) -> None:
    task = office.ask(1_200_000)
    with pytest.raises(Denied) as refused:
        office.say(task, "wang")
    assert refused.value.decision.code == "OVER_LIMIT"
    shown = office.look(lambda session: reading.show(session, office.company.actor("li"), task.id), "li")
    assert shown.mine.allowed
    assert [(step.name, step.state) for step in shown.steps] == [("wang", "skipped"), ("li", "now")]
    assert "¥12,000.00 is more than ¥10,000.00, the limit of ACQ-H.B1" in str(shown.steps[0].why)
    done = office.say(task, "li")
    assert (done.entry, [one["code"] for one in done.path or []]) == ("MD.A2", ["OVER_LIMIT"])


def test_what_the_head_must_not_decide_goes_to_the_director(office: Office) -> None:
    """The same amount, for what he is prohibited and for anything else; his list of questions says so, too."""
    row = 'N1: {cannot: "crm.spend:approve", in: all, when: {category: event}, title: {zh: 不批活动, en: No events}}'
    later = LIST.replace("18", "19").replace("2026-01-01", "2026-01-02")
    barred = parse(later.replace("everybody:", f"      {row}\neverybody:"))
    with office.company.house.session(SYSTEM, write=True) as session:
        publish(session, SYSTEM, barred)
    assert waits_for(office, office.ask(800_000)) == "wang"
    event = office.ask(800_000, category="event")
    assert waits_for(office, event) == "li"
    with pytest.raises(Denied) as refused:
        office.say(event, "wang")
    assert (refused.value.decision.code, refused.value.decision.entry) == ("PROHIBITED", "ACQ-H.N1")
    assert office.say(event, "li").entry == "MD.A2"


@pytest.mark.proves("split")
def test_two_to_one_payee_count_together(office: Office) -> None:
    first = office.say(office.ask(600_000, payee="Juchao"), "wang")
    second = office.ask(600_000, payee="Juchao")
    assert waits_for(office, second) == "li"
    with pytest.raises(Denied) as refused:
        office.say(second, "wang")
    number = spent(office, first).number
    assert refused.value.decision.code == "AGGREGATE"
    assert str(refused.value.decision.message) == (
        f"Together with {number} (¥6,000.00) of the last 30 days this is ¥12,000.00, more than ¥10,000.00, the limit "
        "of ACQ-H.B1 (list version 18)."
    )
    assert office.say(second, "li").state == "approved"


def test_another_payee_another_category_or_a_month_later_does_not_count(
    office: Office, march: time_machine.Traveller
) -> None:
    office.say(office.ask(600_000, payee="Juchao"), "wang")
    assert waits_for(office, office.ask(600_000, payee="Zhihu")) == "wang"
    assert waits_for(office, office.ask(600_000, payee="Juchao", category="content")) == "wang"
    assert waits_for(office, office.ask(400_000, payee="Juchao")) == "wang", "10,000.00 exactly is within the limit"
    assert waits_for(office, office.ask(400_001, payee="Juchao")) == "li"
    march.move_to(datetime(2026, 4, 21, 4, 0, 0, tzinfo=UTC))
    assert waits_for(office, office.ask(600_000, payee="Juchao")) == "li", "the thirtieth day still counts"
    march.move_to(datetime(2026, 4, 21, 4, 0, 1, tzinfo=UTC))
    assert waits_for(office, office.ask(600_000, payee="Juchao")) == "wang"


def test_nobody_decides_his_own(office: Office) -> None:
    task = office.ask(500_000, who="wang")
    assert waits_for(office, task) == "li"
    with pytest.raises(Denied) as refused:
        office.say(task, "wang")
    assert refused.value.decision.code == "SOD_SELF"


def test_the_total_of_the_month_is_shared_by_all_requests(office: Office) -> None:
    """Six of 9,000 are 54,000 of 60,000; another 9,000 is the director's, 6,000 the head's."""
    for number in range(6):
        office.say(office.ask(900_000, payee=f"p{number}"), "wang")
    assert waits_for(office, office.ask(900_000, payee="p6")) == "li"
    last = office.ask(600_000, payee="p7")
    assert waits_for(office, last) == "wang"
    office.say(last, "wang")
    assert waits_for(office, office.ask(100, payee="p8")) == "li"


def test_an_open_question_moves_on_when_the_total_is_used_up(office: Office) -> None:
    for number in range(6):
        office.say(office.ask(900_000, payee=f"p{number}"), "wang")
    waiting = [office.ask(600_000, payee="a"), office.ask(600_000, payee="b")]
    assert [waits_for(office, task) for task in waiting] == ["wang", "wang"]
    office.say(waiting[0], "wang")
    person = office.company.people["li"].person_id
    assert [one.id for one in office.look(lambda session: reading.waiting(session, person))] == [waiting[1].id]
    routes.refresh(office.company.house)
    assert waits_for(office, waiting[1]) == "li"


def test_an_open_question_moves_back_when_a_void_approval_frees_the_total(
    office: Office, march: time_machine.Traveller
) -> None:
    """54,000 of 60,000 are used; the director is asked about 9,000 more, until one of the six is changed."""
    approved = [office.ask(900_000, payee=f"p{number}") for number in range(6)]
    for task in approved:
        office.say(task, "wang")
    march.shift(timedelta(minutes=1))  # what was decided in the same instant would make it stale by itself
    more = office.ask(900_000, payee="more")
    assert waits_for(office, more) == "li"
    march.shift(timedelta(minutes=1))
    office.change(approved[0], amount=500_000)
    person = office.company.people["wang"].person_id
    found = office.look(lambda session: reading.waiting(session, person))
    assert more.id in [one.id for one in found]
    routes.refresh(office.company.house)
    assert waits_for(office, more) == "wang"


# -- what is changed ---------------------------------------------------------------------------------------------------


@pytest.mark.proves("void")
def test_an_approval_is_void_when_what_it_says_changes_also_downwards(office: Office) -> None:
    task = office.say(office.ask(900_000), "wang")
    assert office.look(lambda session: is_approved(session, "crm.spend", spent(office, task)))
    office.change(task, amount=890_000)
    rows = office.look(lambda session: session.scalars(select(Task).order_by(Task.id)).all())
    assert [row.state for row in rows] == ["void", "open"]
    assert spent(office, task).state == "submitted"
    assert not office.look(lambda session: is_approved(session, "crm.spend", spent(office, task)))
    assert office.say(rows[1], "wang").state == "approved"


def test_what_does_not_matter_changes_nothing(office: Office) -> None:
    task = office.say(office.ask(900_000), "wang")
    office.change(task, needed_on=date(2026, 4, 1))
    assert office.look(lambda session: session.get(Task, task.id)).state == "approved"


def test_a_void_approval_gives_back_what_it_used_up(office: Office) -> None:
    done = [office.say(office.ask(900_000, payee=f"p{number}"), "wang") for number in range(6)]
    assert waits_for(office, office.ask(900_000, payee="p6")) == "li"
    office.change(done[0], amount=100)
    assert waits_for(office, office.ask(900_000, payee="p7")) == "wang"


def test_whoever_looked_before_the_change_decides_nothing(office: Office) -> None:
    task = office.ask(800_000)
    office.change(task, amount=900_000)
    with pytest.raises(DomainError) as refused:
        office.say(task, "wang")
    assert refused.value.code == "task.changed"
    fresh = office.look(lambda session: session.get(Task, task.id))
    assert office.say(fresh, "wang").state == "approved"


def test_an_open_question_finds_another_decider_when_its_amount_grows(office: Office) -> None:
    task = office.ask(800_000)
    office.change(task, amount=2_000_000)
    routes.refresh(office.company.house)
    assert waits_for(office, task) == "li"


def test_the_second_to_answer_is_told_so(office: Office) -> None:
    task = office.ask(800_000)
    office.say(task, "wang")
    with pytest.raises(DomainError) as refused:
        office.say(task, "li")
    assert str(refused.value) == "wang was quicker: it is answered already. Nothing of yours was kept."


def test_a_refusal_says_why_and_a_request_can_be_taken_back(office: Office) -> None:
    task = office.ask(800_000)
    with pytest.raises(DomainError) as refused:
        office.say(task, "wang", "refused", comment="  ")
    assert (refused.value.code, refused.value.field) == ("task.comment", "comment")
    assert office.say(task, "wang", "refused", comment="too early").comment == "too early"
    assert spent(office, task).state == "refused"
    other, sun, wang = office.ask(100), office.company.actor("sun"), office.company.actor("wang")
    with pytest.raises(NotFound), office.company.house.session(wang, write=True) as session:
        tasks.withdraw(session, wang, other.id)
    with office.company.house.session(sun, write=True) as session:
        assert tasks.withdraw(session, sun, other.id).state == "withdrawn"
    assert spent(office, other).state == "withdrawn"


def test_it_is_told_who_asked_and_who_approved(office: Office) -> None:
    """For lists that keep these apart from what comes after, such as paying."""
    people = {name: one.person_id for name, one in office.company.people.items()}
    task = office.ask(800_000)

    def acts(session: Session) -> dict[str, tuple[int, ...]]:
        with system(session, "a test looks"):
            request = session.get_one(SpendRequest, task.resource_id)
        told = office.company.house.registry.resource_types["crm.spend"].acts
        assert told
        return dict(told(session, request))  # type: ignore[arg-type]

    assert office.look(acts) == {"crm.spend:request": (people["sun"],)}
    office.say(task, "wang")
    assert office.look(acts) == {"crm.spend:request": (people["sun"],), "crm.spend:approve": (people["wang"],)}
    office.change(task, amount=100)
    assert office.look(acts) == {"crm.spend:request": (people["sun"],)}, "what is void was not done"


# -- budgets -----------------------------------------------------------------------------------------------------------


def budget(office: Office, amount: int) -> None:
    li = office.company.actor("li")
    with office.company.house.session(li, write=True) as session:
        budgets.save(session, li, None, {
            "title": "Ads", "unit_id": office.company.units["ACQ"].id, "category": "ads", "amount": amount,
            "starts_on": date(2026, 3, 1), "last_day": date(2026, 3, 31),
        })  # fmt: skip


def left(office: Office) -> list[int]:
    li = office.company.actor("li")
    return office.look(lambda session: [one.left for one in budgets.standings(session, li)], "li")  # type: ignore[no-any-return]


def test_the_budget_moves_with_approvals_alone(office: Office) -> None:
    budget(office, 1_500_000)
    task = office.ask(800_000)
    assert (left(office), spent(office, task).in_budget) == ([1_500_000], True)
    office.say(task, "wang")
    assert left(office) == [700_000]
    over = office.ask(800_000, payee="other")
    assert not spent(office, over).in_budget
    office.change(task, amount=100)
    assert left(office) == [1_500_000], "void gives back"


def test_two_that_were_both_within_the_budget_are_not_both_approved(office: Office) -> None:
    budget(office, 1_000_000)
    first, second = office.ask(600_000, payee="a"), office.ask(600_000, payee="b")
    office.say(first, "wang")
    with pytest.raises(DomainError) as refused:
        office.say(second, "wang")
    assert str(refused.value) == (
        "Meanwhile the budget has only ¥4,000.00 left; whoever asked has to change the request."
    )
    assert spent(office, second).state == "submitted"


def test_only_whoever_may_sets_budgets(office: Office) -> None:
    sun = office.company.actor("sun")
    values = {"title": "Ads", "unit_id": office.company.units["ACQ"].id, "category": "ads", "amount": 1,
              "starts_on": date(2026, 3, 1), "last_day": date(2026, 3, 31)}  # fmt: skip
    with pytest.raises(Denied), office.company.house.session(sun, write=True) as session:
        budgets.save(session, sun, None, values)
    li = office.company.actor("li")
    elsewhere = {**values, "unit_id": office.company.units["FIN"].id}
    with pytest.raises(Denied), office.company.house.session(li, write=True) as session:
        budgets.save(session, li, None, elsewhere)
    with pytest.raises(DomainError) as refused, office.company.house.session(li, write=True) as session:
        budgets.save(session, li, None, {**values, "last_day": date(2026, 2, 1)})
    assert refused.value.field == "last_day"


# -- who sees what -----------------------------------------------------------------------------------------------------


def test_a_task_is_seen_by_those_it_concerns(office: Office) -> None:
    task = office.ask(800_000)

    def sees(who: str) -> bool:
        try:
            shown = office.look(lambda session: reading.show(session, office.company.actor(who), task.id), who)
        except NotFound:
            return False
        return bool(shown.task.id == task.id)

    assert {who: sees(who) for who in ("sun", "wang", "li", "zhao", "chen")} == {
        "sun": True, "wang": True, "li": True, "zhao": True, "chen": False,
    }


def test_both_sides_are_told(office: Office) -> None:
    task = office.say(office.ask(800_000), "wang")

    def told(session: Session) -> list[str]:
        return [row.name for row in session.scalars(select(EventRow).order_by(EventRow.id))
                if row.name.startswith("workflow.")]  # fmt: skip

    assert office.look(told) == ["workflow.task_routed", "workflow.task_answered", "workflow.process_ended"]
    assert task.told_person_id == office.company.people["wang"].person_id


def test_what_the_pages_ask_does_not_grow_with_what_there_is(office: Office) -> None:
    """One waiting or thirty: the inbox takes as many statements; the page of one asks each post on its way."""
    house, wang = office.company.house, office.company.actor("wang")
    person = office.company.people["wang"].person_id

    def inbox() -> int:
        with house.session(wang) as session, counting(house.database) as statements:
            reading.lines(session, reading.waiting(session, person))
        return len(statements)

    task = office.ask(100, payee="first")
    inbox()  # what is read once in an epoch has been read
    few = inbox()
    for number in range(29):
        office.ask(100, payee=f"p{number}")
    assert inbox() == few <= 8
    with house.session(wang) as session, counting(house.database) as statements:
        reading.show(session, wang, task.id)
    # Beside the way of the question: its process, run and steps, who is away, and what was written beside it.
    assert len(statements) <= 25, str(statements)


def test_whoever_decides_sees_what_is_left_and_what_was_asked_before(office: Office) -> None:
    """10,000 of 60,000 are used up by what was approved; whoever asked sees none of it."""
    office.say(office.ask(1_000_000, payee="one"), "wang")
    office.say(office.ask(100_000, payee="two"), "wang", "refused", comment="no")
    task = office.ask(200_000, payee="three")

    def facts(who: str) -> list[tuple[str, str]]:
        def read(session: Session) -> list[tuple[str, str]]:
            shown = reading.show(session, office.company.actor(who), task.id)
            return [(str(name), str(said)) for name, said in shown.beside]

        return list(office.look(read, who))

    assert facts("wang") == [
        ("Total of ACQ-H.B1", "¥10,000 used this month, ¥50,000 left"),
        ("The same within a year", "2 asked, 1 approved, 1 refused"),
    ]
    assert facts("li") == [("The same within a year", "2 asked, 1 approved, 1 refused")], "his entry has no total"
    assert facts("sun") == []
