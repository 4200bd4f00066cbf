"""Answering from a mail: whom its links are for, what they are bound to, and that each is used once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from core.access.decision import Denied
from core.audit.models import AuditEntry
from core.base import clock
from core.base.errors import DomainError, NotFound
from core.db.keys import KeyRing
from core.kernel.specs import Copy
from core.workflow import mailed
from core.workflow.models import MailAnswer, Task
from plugins.crm.models import SpendRequest
from remit.services import system
from tests.core.authority.company import SYSTEM
from tests.core.workflow.conftest import LISTS, SUPERIOR, Office


@pytest.fixture(autouse=True)
def keys(office: Office, key_ring: KeyRing) -> None:
    office.company.house.database.keys = key_ring


def links(office: Office, task: Task, who: str = "wang", *, at: datetime | None = None) -> dict[str, mailed.Link]:
    """The links of the mail that tells somebody of a task, by their answer."""
    person_id = office.company.people[who].person_id
    copy = Copy(f"task:{task.id}", person_id, at or clock.now())
    offer = office.look(lambda session: mailed.offers(session, [copy])).get(copy)
    found: dict[str, mailed.Link] = {}
    for _words, path in offer.ways if offer is not None else ():
        assert path.startswith("/tasks/mail/")
        link = mailed.read(office.company.house, path.removeprefix("/tasks/mail/"))
        assert link is not None
        found[link.answer] = link
    return found


def why(office: Office, link: mailed.Link, who: str = "wang") -> str:
    """Why a link answers nothing for somebody; nothing where it does."""
    actor = office.company.actor(who)
    with office.company.house.session(actor) as session:
        return str(mailed.opened(session, actor, link).why)


def test_the_links_of_a_mail_approve_and_refuse_once(office: Office) -> None:
    run = office.hand_in()
    (task,) = office.waiting(run)
    found = links(office, task)
    assert set(found) == {"approved", "refused"}
    assert {one.digest for one in found.values()} == {task.digest}
    assert why(office, found["approved"]) == ""
    done = office.do("wang", mailed.answer, found["approved"], "fine")
    assert (done.state, done.comment, done.entry) == ("approved", "fine", "ACQ-H.B1")
    assert office.state(run) == "approved"
    for one in found.values():
        assert "links work once" in why(office, one)
        with pytest.raises(DomainError, match="links work once"):
            office.do("wang", mailed.answer, one, "no")
    logged = office.look(lambda s: s.scalars(
        select(AuditEntry).where(AuditEntry.object_type == MailAnswer.__tablename__)).all())  # fmt: skip
    assert len(logged) == 1


def test_a_no_needs_a_word_and_leaves_the_link_as_it_was(office: Office) -> None:
    run = office.hand_in()
    link = links(office, office.waiting(run)[0])["refused"]
    with pytest.raises(DomainError) as refused:
        office.do("wang", mailed.answer, link, "  ")
    assert refused.value.field == "comment"
    assert why(office, link) == ""
    office.do("wang", mailed.answer, link, "too dear")
    assert office.state(run) == "refused"


def test_only_whom_the_question_waits_for_gets_links(office: Office) -> None:
    (task,) = office.waiting(office.hand_in())
    assert links(office, task, "li") == {}, "he may decide it as well, and looks at the page"
    assert links(office, task, at=clock.now() - timedelta(days=8)) == {}
    office.say(task, "wang")
    assert links(office, task) == {}


def test_without_keys_there_are_no_links(office: Office) -> None:
    (task,) = office.waiting(office.hand_in())
    office.company.house.database.keys = None
    assert links(office, task) == {}


def test_somebody_else_sees_nothing_of_it(office: Office) -> None:
    run = office.hand_in()
    link = links(office, office.waiting(run)[0])["approved"]
    actor = office.company.actor("li")
    with office.company.house.session(actor) as session:
        opened = mailed.opened(session, actor, link)
    assert opened.shown is None
    assert "sent to somebody else" in str(opened.why)
    with pytest.raises(NotFound):
        office.do("li", mailed.answer, link, "")
    assert office.state(run) == "submitted"


def test_a_link_that_was_changed_is_none(office: Office) -> None:
    house = office.company.house
    link = links(office, office.waiting(office.hand_in())[0])["approved"]
    token = mailed.path_of(house, link).removeprefix(mailed.PATH)
    assert mailed.read(house, token) == link
    for other in (token[:-1], token[1:], token.partition(".")[0], "", "x" * 400,
                  mailed.path_of(house, link).replace(".", "A.", 1).removeprefix(mailed.PATH)):
        assert mailed.read(house, other) is None
    signer = mailed._signer(house)
    assert signer is not None
    assert mailed.read(house, str(signer.dumps([1, 2, "void", "x", 3]))) is None
    assert mailed.read(house, str(signer.dumps(["approved"]))) is None


def test_what_was_answered_meanwhile_says_by_whom(office: Office) -> None:
    run = office.hand_in()
    link = links(office, office.waiting(run)[0])["approved"]
    office.say(office.waiting(run)[0], "wang")
    assert "wang has answered it already" in why(office, link)
    with pytest.raises(DomainError, match="has answered it already"):
        office.do("wang", mailed.answer, link, "")


def test_what_was_answered_by_another_is_not_shown_any_more(office: Office) -> None:
    """Whoever was asked and did not answer sees a request no longer, by whichever way."""
    run = office.hand_in()
    link = links(office, office.waiting(run)[0])["approved"]
    office.say(office.waiting(run)[0], "li")
    assert "waits for you no longer" in why(office, link)


def test_what_was_changed_since_is_read_again(office: Office) -> None:
    run = office.hand_in()
    (task,) = office.waiting(run)
    link = links(office, task)["approved"]
    with office.company.house.session(SYSTEM, write=True) as session, system(session, "a test changes what is asked"):
        session.get_one(SpendRequest, run.resource_id).amount = 900_000
    assert "was changed since the mail" in why(office, link)
    with pytest.raises(DomainError, match="was changed since the mail"):
        office.do("wang", mailed.answer, link, "")
    fresh = links(office, office.waiting(run)[0])["approved"]
    office.do("wang", mailed.answer, fresh, "")
    assert office.state(run) == "approved"


def test_an_old_link_leads_to_the_page(office: Office, march: time_machine.Traveller) -> None:
    run = office.hand_in()
    link = links(office, office.waiting(run)[0])["approved"]
    assert datetime.fromtimestamp(link.until, UTC) - clock.now() <= mailed.LIFETIME
    march.shift(timedelta(days=6))
    assert why(office, link) == ""
    march.shift(timedelta(days=2))
    assert "work for 7 days" in why(office, link)
    with pytest.raises(DomainError, match="work for 7 days"):
        office.do("wang", mailed.answer, link, "")


def test_whoever_may_decide_no_longer_may_not_by_a_mail_either(office: Office) -> None:
    """The link permits nothing by itself: the lists or the process are asked when it is pressed."""
    office.publish(SUPERIOR, LISTS)
    run = office.hand_in()
    (task,) = office.waiting(run)
    link = replace(links(office, task)["approved"], person_id=office.company.people["sun"].person_id)
    with pytest.raises(Denied):
        office.do("sun", mailed.answer, link, "")
    assert office.waits_for(run) == ["wang"]


def test_of_two_presses_at_once_one_decides(office: Office) -> None:
    run = office.hand_in()
    link = links(office, office.waiting(run)[0])["approved"]
    ended: list[str] = []

    def press() -> None:
        try:
            office.do("wang", mailed.answer, link, "")
            ended.append("approved")
        except DomainError as error:
            ended.append(error.code)

    threads = [threading.Thread(target=press) for _number in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert sorted(ended) == ["approved", "task.link"]
    assert len(office.look(lambda s: s.scalars(select(MailAnswer)).all())) == 1
