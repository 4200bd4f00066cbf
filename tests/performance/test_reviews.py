"""A cycle from its draft to its end: who writes, what each may read, what fewer than four wrote, moves and appeals."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import LargeBinary, select, type_coerce, update

from core.audit.models import AuditEntry
from performance.actions.reviews import ANSWER_READ, REVIEW_READ
from performance.models import Remark, Review, ReviewAnswer, ReviewMove
from performance.services.reviews import cycles, forms, lines, remarks, results, signing, writing
from remit.base import DomainError, NotFound
from remit.services import system, visible
from remit.specs import Denied
from remit.workflow import decide, open_tasks
from tests.core.authority.company import SYSTEM
from tests.performance.conftest import Office
from tests.performance.reviewing import MORE, SECTIONS, Reviewing, reviewing


@pytest.fixture
def case(office: Office) -> Reviewing:
    """The company with its list."""
    return reviewing(office)


def parts(case: Reviewing, name: str, cycle: int) -> set[tuple[str, int]]:
    """Who writes about somebody, and as what."""
    return {(one.part, one.writer_person_id) for one in case.answers(name, cycle)}


def test_weights_are_the_whole_and_a_ready_form_stays(case: Reviewing) -> None:
    zhao = case.office.zhao
    with pytest.raises(DomainError, match="99 %, 1 % less") as refused:
        case.form(sections=[{**SECTIONS[0], "weight": 590_000}, *SECTIONS[1:]])
    assert refused.value.field == "sections"
    form = case.form()
    with case.session(zhao, write=True) as session:
        with system(session, "tests"):
            found = forms.form_of(session, form)
        with pytest.raises(DomainError, match="draft the next one"):
            forms.draft(session, zhao, found, {"code": "F", "title": {"en": "x", "zh_CN": "x"}, "top": 5,
                                               "sections": SECTIONS, "legal_entity_id": found.legal_entity_id})
        with pytest.raises(DomainError, match="99 %, 1 % less") as refused:
            cycles.draft(session, zhao, None, case.told(form, peer_weight=190_000))
        assert refused.value.field == "self_weight"
        with pytest.raises(DomainError, match="before the one above"):
            cycles.draft(session, zhao, None, case.told(form, peers_until=date(2026, 3, 24)))
        with pytest.raises(DomainError, match="101 %, 1 % more"):
            cycles.draft(session, zhao, None, case.told(form, guide=[200_000] * 4 + [210_000]))


def test_who_writes_is_told_by_the_organisation(case: Reviewing) -> None:
    """In marketing on 20 March: li under zhao, wang under li, sun, chen and four more under wang.

    Wang heads the east, too, as a concurrent post right under zhao, who is his matrix manager; chen acted for li only
    until 15 March.
    """
    cycle = case.cycle()
    p = case.person
    assert parts(case, "sun", cycle) == {("self", p("sun")), ("manager", p("wang"))}
    assert parts(case, "li", cycle) == {("self", p("li")), ("manager", p("zhao")), ("upward", p("wang"))}
    assert parts(case, "wang", cycle) == {
        ("self", p("wang")), ("manager", p("li")), ("matrix", p("zhao")),
        *(("upward", p(one)) for one in ("sun", "chen", *MORE)),
    }  # fmt: skip
    with case.session(SYSTEM) as session, system(session, "tests"):
        assert len(session.scalars(select(Review)).all()) == 8


def relate(case: Reviewing, one: str, other: str) -> None:
    """Both are relatives, confirmed."""
    from core.authority.models import PersonRelation
    from core.base.clock import now

    with case.session(SYSTEM, write=True) as session, system(session, "tests"):
        session.add(PersonRelation(
            person_id=case.person(one), other_id=case.person(other), kind="spouse", valid_from=date(2025, 1, 1),
            declared_by_person_id=case.person(one), declared_at=now(), confirmed_at=now(),
        ))


def test_a_relative_is_no_manager_and_no_peer(case: Reviewing) -> None:
    relate(case, "wang", "sun")
    relate(case, "an", "bo")
    cycle = case.cycle()
    assert ("manager", case.person("li")) in parts(case, "sun", cycle)
    assert case.person("wang") not in {writer for _part, writer in parts(case, "sun", cycle)}
    assert case.person("sun") not in {writer for _part, writer in parts(case, "wang", cycle)}
    with pytest.raises(DomainError, match="bo steps back from what concerns an") as refused:
        case.peer("an", "bo", cycle)
    assert refused.value.field == "number"


def test_peers_are_named_confirmed_and_never_oneself(case: Reviewing) -> None:
    cycle = case.cycle()
    for who, match in (("sun", "peer of himself"), ("wang", "writes for this review already")):
        with pytest.raises(DomainError, match=match):
            case.peer("sun", who, cycle, by="sun")
    case.peer("sun", "an", cycle, by="sun")
    with pytest.raises(DomainError, match="an writes for this review already"):
        case.peer("sun", "an", cycle)
    with pytest.raises(DomainError, match="not being written"):
        case.write("an", "sun", cycle, (4, 4))
    wang = case.actor("wang")
    with case.session(wang, write=True) as session:
        review = case.review(session, "sun", cycle)
        (peer,) = writing.peers_of(session, review)
        assert peer[1:] == ("an", False)
        writing.confirm_peer(session, wang, review, peer[0], ask=True)
        with pytest.raises(DomainError, match="asked already"):
            writing.confirm_peer(session, wang, review, peer[0], ask=False)
    case.write("an", "sun", cycle, (4, 4))
    with case.session(wang) as session:
        assert [row[1:] for row in writing.peers_of(session, case.review(session, "sun", cycle))] == [("an", True)]
    with pytest.raises(Denied), case.session(case.actor("chen"), write=True) as session:
        writing.name_peer(session, case.actor("chen"), case.review(session, "sun", cycle), "M1")


def test_an_answer_is_whole_and_in_time(case: Reviewing, march: time_machine.Traveller) -> None:
    cycle = case.cycle()
    for ratings in ((0, 3), (6, 3)):
        with pytest.raises(DomainError, match="from 1 to 5") as refused:
            case.write("sun", "sun", cycle, ratings)
        assert (refused.value.field or "").startswith("s")
    case.write("sun", "sun", cycle, (5, 4), "Much done")
    case.write("sun", "sun", cycle, (4, 4))
    march.move_to("2026-03-25T15:59:00+00:00")
    case.write("sun", "sun", cycle, (4, 5))
    march.move_to("2026-03-25T16:01:00+00:00")
    with pytest.raises(DomainError, match="could be written until"):
        case.write("sun", "sun", cycle, (4, 5))


PEERS = ("an", "bo", "cai", "ding")


def written(case: Reviewing, peers: tuple[str, ...] = PEERS) -> int:
    """Sun is reviewed by himself (4, 4), wang (3, 3) and peers (5, 4), and calibrated."""
    cycle = case.cycle()
    for one in peers:
        case.peer("sun", one, cycle)
    case.write("sun", "sun", cycle, (4, 4))
    case.write("wang", "sun", cycle, (3, 3), "Reliable")
    for number, one in enumerate(peers):
        case.write(one, "sun", cycle, (5, 4), f"Secret {number} of peer")
    assert case.result("wang", "sun", cycle) is None
    case.step(cycle, cycles.calibrate)
    return cycle


def test_four_peers_are_told_together(case: Reviewing) -> None:
    """(0.1 x 4 + 0.5 x 3 + 0.2 x 4.6) / 0.8 = 3.525, half up 3.53."""
    cycle = written(case)
    found = case.result("wang", "sun", cycle)
    assert found is not None
    assert (found.rating, found.final, found.withheld) == (353, 353, [])
    peer = next(one for one in found.parts if one["part"] == "peer")
    assert [one["rating"] for one in peer["sections"]] == [500, 400, None]
    assert peer["sections"][2]["texts"] == [f"Secret {number} of peer" for number in range(4)]
    assert case.result("sun", "sun", cycle) is None
    with pytest.raises(NotFound):
        case.result("an", "sun", cycle)


def test_of_three_peers_nothing_is_kept_nowhere(case: Reviewing) -> None:
    """(0.1 x 4 + 0.5 x 3) / 0.6 = 3.17, and not a word of theirs in what anybody but the writer reads."""
    cycle = written(case, PEERS[:3])
    for who in ("wang", "zhao"):
        found = case.result(who, "sun", cycle)
        assert found is not None
        assert (found.rating, found.withheld) == (317, ["peer"])
        assert "Secret" not in repr(found.parts)
    with case.session(SYSTEM) as session:
        review = case.review(session, "sun", cycle)
        assert review.grounds is not None
        assert "Secret" not in repr(review.grounds)
        assert review.grounds["withheld"] == ["peer"]
        assert all("peer" not in review.grounds[one] for one in ("parts", "ratings", "texts"))
    for who in ("wang", "zhao", "sun"):
        actor = case.actor(who)
        with case.session(actor) as session:
            mine = session.scalars(visible(session, actor, ANSWER_READ, select(ReviewAnswer))).all()
            assert {one.writer_person_id for one in mine} <= {actor.person_id}


def test_the_audit_log_does_not_tell_who_answered(case: Reviewing) -> None:
    written(case)
    with case.session(SYSTEM) as session, system(session, "tests"):
        rows = session.scalars(select(AuditEntry)).all()
        tables = {one.object_type for one in rows}
        assert "performance.answer:write" not in {one.action for one in rows}
    assert "performance_review" in tables
    assert not tables & {"performance_review_answer", "performance_remark"}


def test_whoever_wrote_for_the_peers_is_not_told_what_they_came_to(case: Reviewing) -> None:
    """Zhao reads everything, and takes his own answer away: three would be left."""
    cycle = case.cycle()
    for one in (*PEERS[:3], "zhao"):
        case.peer("sun", one, cycle)
        case.write(one, "sun", cycle, (5, 4), "word")
    case.write("wang", "sun", cycle, (3, 3))
    case.step(cycle, cycles.calibrate)
    found, other = case.result("zhao", "sun", cycle), case.result("wang", "sun", cycle)
    assert found is not None
    assert other is not None
    assert [one["part"] for one in found.parts] == ["manager"]
    assert [one["part"] for one in other.parts] == ["manager", "peer"]


def test_calibration_moves_with_a_reason(case: Reviewing) -> None:
    cycle = written(case)
    zhao = case.office.zhao
    with case.session(zhao, write=True) as session:
        review = case.review(session, "sun", cycle)
        for rating, reason, field in ((400, " ", "reason"), (99, "why", "rating"), (501, "why", "rating")):
            with pytest.raises(DomainError) as refused:
                results.move(session, zhao, review, rating, reason)
            assert refused.value.field == field
        results.move(session, zhao, review, 400, "Stood in for a colleague")
        board = results.board(session, zhao, cycles.cycle_of(session, cycle), 5)
        assert [(row["name"], row["level"]) for row in board.rows if row["level"]] == [("sun", 4)]
        assert (board.spread, board.unrated) == ([0, 0, 0, 1, 0], 7)
    with case.session(SYSTEM) as session, system(session, "tests"):
        (move,) = session.scalars(select(ReviewMove)).all()
        assert (move.before, move.after, move.reason, move.moved_by_person_id) == (
            353, 400, "Stood in for a colleague", zhao.person_id)  # fmt: skip
    with pytest.raises(Exception, match="append-only"), case.session(SYSTEM, write=True) as session:
        session.execute(update(ReviewMove).values(reason="x"))
    with pytest.raises(DomainError, match="7 people have no rating yet"):
        case.step(cycle, cycles.tell)


def told(case: Reviewing) -> int:
    """Everybody has a rating; the results are told."""
    cycle = written(case)
    zhao = case.office.zhao
    with case.session(zhao, write=True) as session:
        for name in ("li", "wang", "chen", *MORE):
            results.move(session, zhao, case.review(session, name, cycle), 300, "Nobody wrote")
    case.step(cycle, cycles.tell)
    return cycle


def appeal(case: Reviewing, cycle: int, wanted: int = 420) -> Any:
    """Sun appeals; the task."""
    sun = case.actor("sun")
    with case.session(sun, write=True) as session:
        run = signing.appeal(session, sun, case.review(session, "sun", cycle), wanted, "The project counted twice")
        (task,) = open_tasks(session, run)
        return task


def test_an_appeal_is_decided_by_whom_the_list_names_but_not_by_the_manager(case: Reviewing) -> None:
    """Wang holds the entry as well, and is nearer: he rated, so li decides."""
    cycle = told(case)
    task = appeal(case, cycle)
    wang, li = case.actor("wang"), case.actor("li")
    with pytest.raises(Denied), case.session(wang, write=True) as session:
        decide(session, wang, task.id, "approved", seen=task.digest, comment="no")
    with pytest.raises(DomainError, match="1 appeal waits"):
        case.step(cycle, cycles.close)
    with case.session(li, write=True) as session:
        decide(session, li, task.id, "approved", seen=task.digest, comment="It did")
    found = case.result("sun", "sun", cycle)
    assert found is not None
    assert found.appeal is not None
    assert (found.rating, found.final, found.appeal.state, found.appeal.outcome) == (353, 420, "changed", "It did")
    assert [(one.before, one.after, one.reason) for one in found.moves] == [(353, 420, "It did")]
    case.step(cycle, cycles.close)


def test_a_refused_appeal_keeps_the_result_with_the_reason(case: Reviewing) -> None:
    cycle = told(case)
    task = appeal(case, cycle)
    li = case.actor("li")
    with case.session(li, write=True) as session:
        decide(session, li, task.id, "refused", seen=task.digest, comment="It did not")
    found = case.result("sun", "sun", cycle)
    assert found is not None
    assert found.appeal is not None
    assert (found.final, found.appeal.state, found.appeal.outcome) == (353, "kept", "It did not")
    with pytest.raises(DomainError, match="answered this review already"):
        appeal(case, cycle)


def test_signing_ends_with_its_day(case: Reviewing, march: time_machine.Traveller) -> None:
    cycle = told(case)
    sun = case.actor("sun")
    with case.session(sun, write=True) as session:
        review = case.review(session, "sun", cycle)
        signing.sign(session, sun, review, "seen")
        signing.sign(session, sun, review, "agreed")
        with pytest.raises(DomainError, match="already"):
            signing.sign(session, sun, review, "agreed")
    with pytest.raises(Denied), case.session(sun, write=True) as session:
        signing.sign(session, sun, case.review(session, "chen", cycle), "seen")
    march.move_to("2026-03-31T16:01:00+00:00")
    chen = case.actor("chen")
    with pytest.raises(DomainError, match="until"), case.session(chen, write=True) as session:
        signing.sign(session, chen, case.review(session, "chen", cycle), "seen")


def test_nobody_calibrates_himself(case: Reviewing) -> None:
    """Zhao is reviewed as well, in a cycle of the whole company: his own row is not on his board."""
    cycle = case.cycle(unit_id=case.office.unit("CO"))
    case.step(cycle, cycles.calibrate)
    zhao = case.office.zhao
    with case.session(zhao, write=True) as session:
        board = results.board(session, zhao, cycles.cycle_of(session, cycle), 5)
        assert "zhao" not in {row["name"] for row in board.rows}
        assert "sun" in {row["name"] for row in board.rows}
        with pytest.raises(Denied):
            results.move(session, zhao, case.review(session, "zhao", cycle), 500, "I did well")


def test_results_are_told_to_whom_they_concern(case: Reviewing) -> None:
    told(case)
    for who, seen in (("sun", {"sun"}), ("an", {"an"}), ("zhao", {"li", "wang", "sun", "chen", *MORE})):
        actor = case.actor(who)
        with case.session(actor) as session:
            found = session.scalars(visible(session, actor, REVIEW_READ, select(Review))).all()
            assert {one.person_id for one in found} == {case.person(one) for one in seen}
    wang = case.actor("wang")
    with case.session(wang) as session:
        assert {one.person_id for one, _cycle in results.led(session, wang)} == {
            case.person(one) for one in ("sun", "chen", *MORE)}  # fmt: skip


def test_remarks_are_read_by_whom_they_are_for(case: Reviewing) -> None:
    sun, day = case.actor("sun"), date(2026, 3, 20)
    with case.session(sun, write=True) as session:
        for kind in ("feedback", "praise", "note", "private"):
            remarks.write(session, sun, {"kind": kind, "number": "M0", "day": day, "text": f"a {kind}"})
        with pytest.raises(DomainError) as refused:
            remarks.write(session, sun, {"kind": "praise", "number": "3", "day": day, "text": "me"})
        assert refused.value.field == "number"
        with pytest.raises(DomainError, match="yet to come"):
            remarks.write(session, sun, {"kind": "note", "number": "M0", "day": day + timedelta(3), "text": "x"})
    read = {}
    for who in ("sun", "an", "wang", "li", "bo", "zhao"):
        actor = case.actor(who)
        with case.session(actor) as session:
            read[who] = {one.kind for one in remarks.listed(session, actor)}
    assert read == {
        "sun": {"feedback", "praise", "note", "private"}, "an": {"feedback", "praise", "note"}, "wang": {"feedback"},
        "li": set(), "bo": set(), "zhao": set(),
    }  # fmt: skip
    with case.session(SYSTEM) as session, system(session, "tests"):
        assert session.scalars(select(Remark.superior_person_id).where(Remark.kind != "feedback")).all() == [None] * 3
        raw = session.scalars(select(type_coerce(Remark.text, LargeBinary))).all()
        assert all(b"praise" not in bytes(one) for one in raw)


def test_sections_are_read_and_written_back() -> None:
    told_ = "60% Results | 工作业绩\n40% Cooperation | 协作\ntext Words | 评语"
    read = lines.sections(told_)
    assert [(one["kind"], one["weight"], one["title"]["zh_CN"]) for one in read] == [
        ("rating", 600_000, "工作业绩"), ("rating", 400_000, "协作"), ("text", 0, "评语")]  # fmt: skip
    for wrong in ("Results", "60 Results", "x% Results"):
        with pytest.raises(DomainError) as refused:
            lines.sections(wrong)
        assert refused.value.field == "sections"
    assert lines.guide("5% 15%，50% 25% 5%") == [50_000, 150_000, 500_000, 250_000, 50_000]
    assert lines.guide_text(lines.guide("5% 95%")) == "5% 95%"
    assert (lines.guide(" "), lines.rating("4.2", "r")) == (None, 420)


