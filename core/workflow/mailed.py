"""Answering from a mail: a signed link for one person, one question and one answer. It decides nothing by being opened:
whoever follows it signs in as always, sees what is asked and presses once more.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base import clock
from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import Text, catalogue
from core.kernel.house import of
from core.kernel.specs import Answer, Copy, Offer
from core.workflow import labels, reading, tasks
from core.workflow.engine import moves
from core.workflow.models import APPROVED, OPEN, REFUSED, MailAnswer, Task
from core.workflow.reading import Shown

if TYPE_CHECKING:
    from core.kernel.house import House

_ = catalogue("workflow")

#: So long the links of a mail work, from when it was told. They need a sign-in and fall with what they ask about, so
#: this only keeps an old mail from deciding: a week reaches over the longest holidays.
LIFETIME = timedelta(days=7)
PATH = "/tasks/mail/"
_PURPOSE = "workflow.mail"
_WORDS: dict[Answer, Text] = {APPROVED: _("Approve"), REFUSED: _("Refuse")}


@dataclass(frozen=True, slots=True)
class Link:
    """What a link stands for: this answer of this person to a task, asked as ``digest`` has it; ``until`` in seconds
    since 1970.
    """

    task_id: int
    person_id: int
    answer: Answer
    digest: str
    until: int


@dataclass(frozen=True, slots=True)
class Opened:
    """What somebody who follows a link sees: the task, where it may be shown to him, and why the link does not answer
    it, empty where it does.
    """

    shown: Shown | None
    why: Text | str = ""


def offers(session: Session, copies: Collection[Copy]) -> dict[Copy, Offer]:
    """Links for the mails that tell somebody of a question that waits for him; in one statement."""
    asked = {copy: int(copy.about.rpartition(":")[2]) for copy in copies if copy.about.startswith("task:")}
    waiting = select(Task).where(
        Task.id.in_(sorted(set(asked.values()))), Task.state == OPEN, Task.to_do.is_(False)
    )
    found = {task.id: task for task in session.scalars(waiting)} if asked else {}
    given: dict[Copy, Offer] = {}
    for copy, task_id in asked.items():
        task, until = found.get(task_id), copy.at + LIFETIME
        if task is None or task.next_person_id != copy.person_id or until <= clock.now():
            continue
        paths = [
            (words, path_of(of(session), Link(task.id, copy.person_id, answer, task.digest, int(until.timestamp()))))
            for answer, words in _WORDS.items()
        ]
        if all(path for _words, path in paths):
            given[copy] = Offer(tuple(paths), _(
                "Each answer opens a page on which you sign in and press once more; opening it decides nothing. It "
                "works once, for you alone, within {days} days.", days=LIFETIME.days,
            ))  # fmt: skip
    return given


def path_of(house: House, link: Link) -> str:
    """The address of a link within the site; empty where the installation has no keys."""
    signer = _signer(house)
    said = [link.task_id, link.person_id, link.answer, link.digest, link.until]
    return f"{PATH}{signer.dumps(said)}" if signer is not None else ""


def read(house: House, token: str) -> Link | None:
    """What a link stands for; None for one that was not signed here."""
    signer = _signer(house)
    if signer is None:
        return None
    try:
        task_id, person_id, answer, digest, until = signer.loads(token)
        if answer not in _WORDS:
            return None
        return Link(int(task_id), int(person_id), answer, str(digest), int(until))
    except (BadData, ValueError, TypeError):
        return None


def _signer(house: House) -> URLSafeSerializer | None:
    keys = house.database.keys
    return URLSafeSerializer(keys.derive(_PURPOSE), salt=_PURPOSE) if keys is not None else None


def opened(session: Session, actor: Actor, link: Link) -> Opened:
    """What a link shows to whoever follows it; of a task that is not his to see it shows nothing."""
    if link.person_id != actor.person_id:
        return Opened(None, _(
            "This link was sent to somebody else, and you are signed in as {name}. Sign out, then follow it as the one "
            "who got the mail.", name=actor.name,
        ))  # fmt: skip
    try:
        shown = reading.show(session, actor, link.task_id)
    except NotFound:
        return Opened(None, _(
            "It waits for you no longer: it was answered meanwhile, taken back, or passed on to somebody else."
        ))  # fmt: skip
    return Opened(shown, _wrong(session, link, shown.task) or (
        "" if shown.may_answer else shown.mine.message if shown.mine is not None else ""
    ))  # fmt: skip


def _wrong(session: Session, link: Link, task: Task) -> Text | str:
    """Why a link answers nothing any more; empty where it does."""
    if session.get(MailAnswer, (link.task_id, link.person_id, link.digest)) is not None:
        return _("You have answered it through this mail; its links work once.")
    if task.state != OPEN:
        if task.decider_name and task.state in (APPROVED, REFUSED):
            return _("{name} has answered it already.", name=task.decider_name)
        return _("It needs no answer any more: {state}.", state=labels.STATES[task.state])
    if task.digest != link.digest:
        return _("What is asked was changed since the mail was sent. Read it as it stands now and decide on its page.")
    if datetime.fromtimestamp(link.until, UTC) <= clock.now():
        return _("The links of a mail work for {days} days, and these are over. It still waits for you on its page.",
                 days=LIFETIME.days)  # fmt: skip
    return ""


def answer(session: Session, actor: Actor, link: Link, comment: str) -> Task:
    """Give the answer of a link, once. Raises ``DomainError`` where it answers nothing any more, and what
    ``tasks.answer`` says.
    """
    task = moves.held(session, link.task_id)  # of two presses one comes after the other
    if task is None or link.person_id != actor.person_id:
        raise tasks.not_there()
    why = _wrong(session, link, task)
    if why:
        raise DomainError("task.link", why)
    session.add(MailAnswer(
        task_id=task.id, person_id=link.person_id, digest=link.digest, answer=link.answer,
        account_id=actor.account_id, said_at=clock.now(),
    ))  # fmt: skip
    session.flush()
    return tasks.answer(session, actor, task.id, link.answer, seen=link.digest, comment=comment)
