"""What people write beside a request: to each other, with the names of whom it concerns."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError
from core.base.text import catalogue
from core.db import guard
from core.db.dated import as_of
from core.org.models import Assignment, Employment, Person
from core.workflow import attachments, readers
from core.workflow.processes.models import Run, RunComment

_ = catalogue("workflow")

MOST = 2_000
MOST_MENTIONED = 20
_MARK = [("workflow.comments", name) for name in ("core_person", "core_assignment")]


def write(
    session: Session, actor: Actor, run: Run, text: str, *, mentions: Collection[int] = (),
    sent: Sequence[attachments.Sent] = (),
) -> RunComment:
    """Write beside a run, with files; whoever is mentioned may read it from now on and is told. Whoever calls has
    checked that the actor may read it himself.

    Raises ``DomainError`` for neither words nor files, too many of them, a file that is not accepted (with the field
    ``comment_files``), and for somebody who does not work here.
    """
    text = text.strip()
    if not text and not sent:
        raise DomainError("comment.empty", _("Write something first."), "text")
    if len(text) > MOST:
        raise DomainError("comment.long", _("Write at most {most} characters.", most=MOST), "text")
    named = sorted({*mentions, *mentioned_in(session, text)})
    if len(named) > MOST_MENTIONED:
        raise DomainError("comment.many", _("Name at most {most} people.", most=MOST_MENTIONED), "text")
    known = {one.id for one in people(session, named)}
    if set(named) - known:
        raise DomainError("comment.person", _("Name people who hold a post."), "text")
    row = RunComment(
        run_id=run.id, person_id=actor.person_id, name=actor.name, said_at=clock.now(), text=text, mentions=named,
    )
    session.add(row)
    session.flush()
    attachments.add(session, actor, run, sent, comment=row, field="comment_files")
    for person_id in named:
        if person_id != actor.person_id:
            readers.let_read(session, run, person_id, readers.MENTIONED)
    return row


def of_run(session: Session, run: Run) -> Sequence[RunComment]:
    """What was written, the first first."""
    return session.scalars(select(RunComment).where(RunComment.run_id == run.id).order_by(RunComment.id)).all()


def people(session: Session, ids: Collection[int]) -> Sequence[Person]:
    """Those of these persons who hold a post today, by their names."""
    statement = select(Person).where(
        Person.id.in_(sorted(ids)),
        select(Assignment.id).where(Assignment.person_id == Person.id, as_of(Assignment, clock.today())).exists(),
    ).order_by(Person.sort_key, Person.id)  # fmt: skip
    return session.scalars(guard.mark(statement, _MARK)).all() if ids else ()


def person_named(session: Session, text: str, field: str) -> Person:
    """Somebody who holds a post, by his employee number or his whole name. Raises ``DomainError`` with the field where
    there is none, and where two are called that.
    """
    wanted = " ".join(text.split())
    statement = select(Person).where(or_(
        Person.name == wanted,
        select(Employment.id).where(Employment.person_id == Person.id, Employment.number == wanted).exists(),
    ), select(Assignment.id).where(Assignment.person_id == Person.id, as_of(Assignment, clock.today())).exists())
    found = session.scalars(guard.mark(statement.limit(2), [*_MARK, (_MARK[0][0], "core_employment")])).all()
    if not wanted or not found:
        raise DomainError("task.person", _("Choose somebody who holds a post, by number or whole name."), field)
    if len(found) > 1:
        raise DomainError("task.person", _("Two people are called {name}; write the employee number.", name=wanted),
                          field)  # fmt: skip
    return found[0]


def mentioned_in(session: Session, text: str) -> list[int]:
    """Whom a text names with an ``@``: the persons whose name stands behind it, the longest that fits. One name of two
    people names nobody.
    """
    parts = [part[:100] for part in text.split("@")[1:] if part and not part[0].isspace()]
    if not parts:
        return []
    starts = {part[:length] for part in parts for length in range(2, min(len(part), 30) + 1)}
    statement = select(Person.id, Person.name).where(Person.name.in_(sorted(starts)))
    by_name: dict[str, list[int]] = {}
    for number, name in session.execute(guard.mark(statement, _MARK)):
        by_name.setdefault(name, []).append(number)
    found = []
    for part in parts:
        fits = [name for name in by_name if part.startswith(name)]
        if fits and len(by_name[max(fits, key=len)]) == 1:
            found += by_name[max(fits, key=len)]
    return found
