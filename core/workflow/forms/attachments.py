"""Files handed in with a simple request: each belongs to one field of it, and whoever may read the request may have it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.actor import Actor
from core.base.errors import DomainError, NotFound
from core.base.text import catalogue
from core.files import service as files
from core.files import sniff
from core.files.beside import MOST, Sent, take
from core.files.models import File
from core.workflow.models import Submission
from core.workflow.processes.fields import FormField

_ = catalogue("workflow")

#: What may be handed in, by what a file is.
ACCEPTED = sniff.PAPERS
KIND = "submission"


class Names(str):
    """The names of files in one line; on a page each leads to its file."""

    __slots__ = ("_links",)
    _links: Sequence[tuple[str, str]]

    def __new__(cls, links: Sequence[tuple[str, str]]) -> Names:
        """From names and addresses."""
        made = super().__new__(cls, ", ".join(name for name, _url in links))
        made._links = tuple(links)
        return made

    def __html__(self) -> str:
        return Markup("<br>").join(
            Markup('<a class="hr-link" href="{}">{}</a>').format(url, escape(name)) for name, url in self._links
        )


def fields_of(form: Iterable[FormField]) -> list[FormField]:
    """The fields of a form that take files."""
    return [one for one in form if one.kind == "file"]


def kept_in(one: Submission | None, name: str) -> list[dict[str, Any]]:
    """The files of a field as a request keeps them: id and name of each."""
    found = one.values.get(name) if one is not None else None
    return list(found) if isinstance(found, list) else []


def taken(
    session: Session, actor: Actor, form: Iterable[FormField], one: Submission | None,
    stay: Mapping[str, Collection[int]], sent: Mapping[str, Sequence[Sent]],
) -> dict[str, list[dict[str, Any]]]:
    """The files of each field after a form was sent: those of before that ``stay``, by id, and what was sent with it.
    What does not stay is deleted.

    Raises ``DomainError`` with the field for more than ``MOST`` and for what ``beside.take`` refuses.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for field in fields_of(form):
        before = kept_in(one, field.name)
        kept = [told for told in before if told["id"] in stay.get(field.name, ())]
        new = list(sent.get(field.name, ()))
        if len(kept) + len(new) > MOST:
            raise DomainError("submission.files", _("Hand in at most {most} files here.", most=MOST), field.name)
        taken = take(
            session, actor, new, kind=KIND, field=field.name, subject_id=actor.person_id, accept=ACCEPTED, most=MOST,
            limit=None,
        )  # fmt: skip
        found[field.name] = [*kept, *({"id": file.id, "name": file.name} for file in taken)]
        for told in before:
            file = session.get(File, told["id"]) if told not in kept else None
            if file is not None:
                files.delete(session, file)
    return found


def file_of(session: Session, one: Submission, file_id: int) -> File:
    """A file of a request that the caller may read. Raises ``NotFound`` for one that is not handed in with it."""
    names = [field["name"] for field in one.fields if field["kind"] == "file"]
    ids = {told["id"] for name in names for told in kept_in(one, name)}
    found = session.scalars(select(File).where(File.id == file_id, File.kind == KIND)).one_or_none()
    if found is None or file_id not in ids:
        raise NotFound("not_found", _("There is no such file in this request."))
    return found


def named(one: Submission, told: Sequence[Mapping[str, Any]]) -> Names:
    """The names of files of a request, each with its address."""
    return Names([(each["name"], f"/requests/{one.id}/files/{each['id']}") for each in told])
