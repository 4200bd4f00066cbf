"""Questions that a person decides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from core.base.text import Text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.base.actor import Actor

#: What became of a question. ``void``: what it was about has changed since, so that it has to be decided again.
Answer = Literal["approved", "refused", "withdrawn", "void"]


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of question: may ``action`` be done to a record of its resource. Whoever the lists find decides it.

    ``subject(session, record)`` says in a few words what it is about, ``lines(session, record)`` what whoever decides
    must know, as names and values, ``link(record)`` is the path of the record's own page. ``answered(session, actor,
    record, answer)`` moves the record on, in the transaction of the answer.
    """

    name: str
    title: Text
    action: str
    subject: Callable[[Session, Any], Text | str]
    lines: Callable[[Session, Any], Sequence[tuple[Text | str, Any]]]
    link: Callable[[Any], str]
    answered: Callable[[Session, Actor, Any, Answer], None]
