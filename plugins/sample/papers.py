"""Answers about files and documents: a kind of document, a store, and the smallest virus scanner.

Hooks may be written beside what they do; ``plugin.py`` takes them in by importing them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from plugins.sample.text import _
from remit.base import DomainError
from remit.files import FolderStore, Store
from remit.specs import DocumentKind, Upload, hookimpl

#: The harmless text by which virus scanners are tried out (EICAR), in two parts, so that no scanner minds this file.
TRIAL_VIRUS = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@hookimpl
def register_document_kinds() -> Sequence[DocumentKind]:
    """A pass that ends."""
    return [DocumentKind("board_pass", _("Pass for the board"), expires=True, remind=(14, 3), keep_years=1, order=300)]


@hookimpl
def choose_file_store(url: str) -> Store | None:
    """A folder under another name: ``board:///srv/files``."""
    return FolderStore(Path(url.removeprefix("board://"))) if url.startswith("board://") else None


@hookimpl
def check_upload(upload: Upload) -> None:
    """It knows one virus."""
    if TRIAL_VIRUS in upload.stream.read():
        raise DomainError("sample.virus", _("The virus scan refused this file."), "file")
