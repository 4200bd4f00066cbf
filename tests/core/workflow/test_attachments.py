"""Files beside a request: which are accepted, who finds them, and when their time is over."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.access.decision import Denied
from core.audit.models import AuditEntry
from core.base import clock
from core.base.errors import DomainError, NotFound
from core.db.keys import KeyRing
from core.files import retention
from core.files import service as files
from core.files.models import File
from core.workflow import attachments, comments, tasks
from core.workflow.models import Task
from core.workflow.processes.models import Run, RunFile
from plugins.crm.models import SpendRequest
from remit.services import system
from tests.core.authority.company import SYSTEM
from tests.core.workflow.conftest import Office

PDF = b"%PDF-1.4\nstartxref\n0\n%%EOF\n"


@pytest.fixture(autouse=True)
def keys(office: Office, key_ring: KeyRing) -> None:
    office.company.house.database.keys = key_ring


def sent(*names: str, content: bytes = PDF) -> list[attachments.Sent]:
    return [(io.BytesIO(content), name) for name in names]


def beside(office: Office, run: Run) -> list[tuple[str, int | None, int | None]]:
    found = office.look(lambda session: attachments.of_run(session, run))
    return [(one.file.name, one.row.comment_id, one.row.task_id) for one in found]


def test_a_comment_takes_files_along(office: Office) -> None:
    run = office.hand_in()
    row = office.do("sun", comments.write, run, "the offer", sent=sent("报价单.pdf", "合同.pdf"))
    bare = office.do("sun", comments.write, run, "", sent=sent("附图.pdf"))
    assert beside(office, run) == [
        ("报价单.pdf", row.id, None), ("合同.pdf", row.id, None), ("附图.pdf", bare.id, None)]  # fmt: skip
    (first, *_others) = office.look(lambda session: attachments.of_run(session, run))
    assert (first.file.personal, first.file.encrypted, first.file.expires_at) == (True, True, None)
    assert first.file.subject_id == office.company.people["sun"].person_id
    content = office.look(lambda session: files.read_file(session, attachments.find(session, run, first.row.id)))
    assert content == PDF
    logged = office.look(lambda s: s.scalars(
        select(AuditEntry).where(AuditEntry.object_type == RunFile.__tablename__)).all())  # fmt: skip
    assert len(logged) == 3


def test_neither_words_nor_files_is_nothing(office: Office) -> None:
    run = office.hand_in()
    with pytest.raises(DomainError, match="Write something first"):
        office.do("sun", comments.write, run, " ")


def test_an_answer_takes_files_along(office: Office) -> None:
    run = office.hand_in()
    (task,) = office.waiting(run)

    def decide(session: Any, actor: Any) -> Task:
        attachments.add(session, actor, run, sent("批示.pdf"), task=task)
        return tasks.answer(session, actor, task.id, "approved", seen=task.digest)

    office.do("wang", decide)
    assert beside(office, run) == [("批示.pdf", None, task.id)]


def test_whoever_may_not_answer_leaves_no_file(office: Office) -> None:
    run = office.hand_in()
    (task,) = office.waiting(run)

    def decide(session: Any, actor: Any) -> Task:
        attachments.add(session, actor, run, sent("x.pdf"), task=task)
        return tasks.answer(session, actor, task.id, "approved", seen=task.digest)

    with pytest.raises(Denied):
        office.do("sun", decide)
    assert beside(office, run) == []
    assert office.look(lambda session: session.scalars(select(File)).all()) == []


@pytest.mark.parametrize(("name", "content", "told"), [
    ("a.exe", b"MZ" + bytes(200), "a.exe: Programs are not accepted."),
    ("a.pdf", b"", "a.pdf: The file is empty."),
    ("a.pdf", b"\x89PNG\r\n\x1a\n" + bytes(40), "a.pdf: The name ends in .pdf"),
    ("a.txt", b"plain words", "a.txt: Not accepted here: plain text."),
    ("../../etc/a.pdf", b"%PDF-1.4\ncut short", "a.pdf: The file is damaged."),
])  # fmt: skip
def test_a_bad_file_is_named_and_nothing_is_kept(office: Office, name: str, content: bytes, told: str) -> None:
    run = office.hand_in()
    both = [*sent("good.pdf"), *sent(name, content=content)]
    with pytest.raises(DomainError) as refused:
        office.do("sun", comments.write, run, "with files", sent=both)
    assert str(refused.value.message).startswith(told)
    assert refused.value.field == "comment_files"
    assert beside(office, run) == []
    assert office.look(lambda session: comments.of_run(session, run)) == []


def test_a_large_file_and_too_many_are_refused(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    run = office.hand_in()
    with pytest.raises(DomainError, match="at most 5 files at once"):
        office.do("sun", comments.write, run, "", sent=sent(*(f"{number}.pdf" for number in range(6))))
    monkeypatch.setattr(attachments, "LARGEST", 1 << 20)
    with pytest.raises(DomainError, match=r"big\.pdf: The file is larger than 1 MB"):
        office.do("sun", comments.write, run, "", sent=sent("big.pdf", content=PDF + bytes(1 << 20)))
    monkeypatch.setattr(attachments, "MOST_OF_RUN", 2)
    office.do("sun", comments.write, run, "", sent=sent("1.pdf", "2.pdf"))
    with pytest.raises(DomainError, match="takes at most 2 files"):
        office.do("sun", comments.write, run, "", sent=sent("3.pdf"))


def test_a_file_of_another_request_is_not_found(office: Office) -> None:
    one, other = office.hand_in(800_000), office.hand_in(700_000)
    office.do("sun", comments.write, one, "", sent=sent("a.pdf"))
    (row,) = office.look(lambda session: session.scalars(select(RunFile)).all())
    assert office.look(lambda session: attachments.find(session, one, row.id)).name == "a.pdf"
    with pytest.raises(NotFound):
        office.look(lambda session: attachments.find(session, other, row.id))
    with pytest.raises(NotFound):
        office.look(lambda session: attachments.find(session, one, row.id + 1))


def test_with_a_run_its_files_end(office: Office) -> None:
    run = office.hand_in()
    office.do("sun", comments.write, run, "", sent=sent("a.pdf"))
    with office.company.house.session(SYSTEM, write=True) as session, system(session, "a test deletes a run"):
        session.delete(session.get_one(Run, run.id))
        session.flush()
    (file,) = office.look(lambda session: session.scalars(select(File)).all())
    assert file.expires_at is not None
    assert beside(office, run) == []


def test_with_what_was_asked_about_its_files_end(office: Office) -> None:
    """From then on they open no more; the purge of the night takes them, but for what is held back until it is let go.
    """
    house = office.company.house
    run, other = office.hand_in(800_000), office.hand_in(700_000)
    office.do("sun", comments.write, run, "", sent=sent("a.pdf", "held.pdf"))
    office.do("sun", comments.write, other, "", sent=sent("stays.pdf"))
    with house.session(SYSTEM, write=True) as session, system(session, "a test deletes what was asked about"):
        files.hold(session, session.scalars(select(File).where(File.name == "held.pdf")).one(), True)
        session.delete(session.get_one(SpendRequest, run.resource_id))
        session.flush()
    (gone, held) = office.look(lambda session: [one.file for one in attachments.of_run(session, run)])
    assert gone.expires_at is not None
    with pytest.raises(DomainError, match="no longer kept"):
        office.look(lambda session: files.open_file(session, gone))
    with house.session(SYSTEM, write=True) as session:
        assert retention.purge_expired(session, at=clock.now() + timedelta(days=1)) == 1
    assert [name for name, *_rest in beside(office, run)] == ["held.pdf"]
    assert [name for name, *_rest in beside(office, other)] == ["stays.pdf"]
    with house.session(SYSTEM, write=True) as session:
        files.hold(session, session.get_one(File, held.id), False)
        assert retention.purge_expired(session, at=clock.now() + timedelta(days=1)) == 1
    assert beside(office, run) == []
