"""Questions that a person decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from core.base.text import Text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.base.actor import Actor

#: What became of a question. ``void``: what it was about has changed since, so that it has to be decided again;
#: ``returned``: it was sent back for revision, and can be handed in anew.
Answer = Literal["approved", "refused", "withdrawn", "void", "returned"]


@dataclass(frozen=True, slots=True)
class TaskKind:
    """A kind of question: may ``action`` be done to a record of its resource. Whoever the lists find decides it.

    ``subject(session, record)`` says in a few words what it is about, ``lines(session, record)`` what whoever decides
    must know, as names and values, ``link(record)`` is the path of the record's own page. ``answered(session, actor,
    record, answer)`` moves the record on, in the transaction of the answer, once all that its process asks is answered.

    ``steps`` is the process that comes with the kind, as ``core/workflow/processes/definition.py`` reads it; without
    one, whoever the lists name for ``action`` decides and nobody else is asked. An organisation may publish another.
    Where the records of one kind have processes of their own, ``process(record)`` names each, ``kind:name``.
    """

    name: str
    title: Text
    action: str
    subject: Callable[[Session, Any], Text | str]
    lines: Callable[[Session, Any], Sequence[tuple[Text | str, Any]]]
    link: Callable[[Any], str]
    answered: Callable[[Session, Actor, Any, Answer], None]
    steps: Mapping[str, Any] | None = None
    process: Callable[[Any], str] | None = None
