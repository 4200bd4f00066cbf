"""Small pictures of images and of the first page of PDFs.

They are drawn by a process of its own (``render``), which is held to a time and a memory, because the files come from
outside and the libraries that draw them have had their holes. Metadata of the camera stays behind.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.files import sniff
from core.files.models import READY, File
from core.jobs.queue import enqueue

if TYPE_CHECKING:
    from core.base.actor import Actor

log = structlog.get_logger("remit.files")

JOB = "files.thumbnail"
KIND = "thumbnail"
DRAWN = sniff.IMAGES | {sniff.PDF}
#: Seconds a drawing may take, on the clock; ``render`` holds itself to less of the processor.
PATIENCE = 60


def ask(session: Session, actor: Actor, file: File) -> None:
    """Have a small picture made, where one can be."""
    if file.content_type in DRAWN:
        enqueue(session, actor, JOB, {"file": file.id}, key=f"{JOB}:{file.id}")


def of(session: Session, file_ids: list[int]) -> dict[int, File]:
    """The small pictures there are, by the file they show."""
    if not file_ids:
        return {}
    statement = select(File).where(File.made_from_id.in_(file_ids), File.kind == KIND, File.state == READY)
    return {file.made_from_id: file for file in session.scalars(statement) if file.made_from_id is not None}


def draw(content: bytes, content_type: str) -> bytes | None:
    """The picture as JPEG, or None where the content cannot be drawn within the limits."""
    command = [sys.executable, "-I", "-c", _START, "pdf" if content_type == sniff.PDF else "image"]
    try:
        with tempfile.TemporaryDirectory(prefix="remit-render-") as folder:
            done = subprocess.run(  # noqa: S603 -- our own interpreter and text; the content goes in as data
                command, input=content, capture_output=True, timeout=PATIENCE, cwd=folder, env={"LC_ALL": "C.UTF-8"},
                check=False,
            )
    except subprocess.TimeoutExpired:
        log.warning("a thumbnail took too long", kind=content_type)
        return None
    if done.returncode or not done.stdout.startswith(b"\xff\xd8\xff"):
        log.warning("a thumbnail could not be drawn", kind=content_type, code=done.returncode)
        return None
    return done.stdout


def _source() -> str:
    from importlib.resources import files

    return files("core.files").joinpath("render.py").read_text(encoding="utf-8")


#: The process runs the text of ``render``, so that it neither finds nor loads anything of ours.
_START = _source()
