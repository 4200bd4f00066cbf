"""Uploads that are looked at, and kinds of documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Literal

from core.base.text import Text


@dataclass(frozen=True, slots=True)
class Upload:
    """What a ``check_upload`` hook is shown: what was uploaded, and its content as a stream to read from anywhere."""

    name: str
    kind: str
    content_type: str
    size: int
    digest: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document that is kept on something: identity cards of people, licences of companies.

    ``entity`` is what it is kept on. The number of a ``personal`` kind is shown masked; ``check(number)`` raises
    ``DomainError`` for a number that cannot be, ``normal`` gives the form in which two writings of one number are
    equal. Where it ``expires``, ``remind`` are the days beforehand on which it is told. ``expected_of`` are the kinds
    of employment (``regular``) whose people must have one. ``keep_years`` after the person has left, or after the
    document of something else has expired, it is deleted; None keeps it. ``read`` and ``write`` name other actions of
    the resource ``document`` than the usual ones, for what fewer people may see.
    """

    name: str
    title: Text
    entity: Literal["person", "employment", "position", "unit", "legal_entity"] = "person"
    personal: bool = True
    check: Callable[[str], None] | None = None
    normal: Callable[[str], str] | None = None
    number_hint: Text | str = ""
    expires: bool = False
    remind: tuple[int, ...] = (60, 30, 7)
    expected_of: tuple[str, ...] = ()
    keep_years: int | None = 2
    read: str = "documents.document:read"
    write: str = "documents.document:change"
    order: int = 100
