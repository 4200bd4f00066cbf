"""Having uploads looked at by the modules that answer ``check_upload``, before anybody can open them.

The first look is part of the upload and is waited for a few seconds. What nobody could look at stays in quarantine,
and a job looks again until it is known.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.orm import Session

from core.base import clock
from core.base.errors import DomainError
from core.files.models import QUARANTINED, READY, File
from core.jobs.queue import enqueue
from core.kernel import state
from core.kernel.house import of
from core.kernel.specs import Upload

if TYPE_CHECKING:
    from core.base.actor import Actor
    from core.kernel.house import House

log = structlog.get_logger("remit.files")

HOOK = "check_upload"
JOB = "files.scan"
#: How long an upload waits for its first look, in seconds, and how long nobody is asked after one that hung.
PATIENCE, PAUSE = 5.0, 60.0
AGAIN_AFTER = timedelta(seconds=30)
_HUNG = "file_scanner_hung"


@dataclass(slots=True)
class _Look:
    done: threading.Event = field(default_factory=threading.Event)
    failure: BaseException | None = None


def scanners(session: Session) -> bool:
    """Whether any module that is on looks at uploads."""
    return any(True for _one in of(session).hooks.implementations(HOOK, state.read(session)))


def first_look(session: Session, upload: Upload) -> str:
    """The state of a new file: ready, or in quarantine when a scanner failed or took too long.

    Raises the ``DomainError`` of a scanner that refuses it. Closes the stream of the upload.
    """
    house = of(session)
    if not scanners(session):
        upload.stream.close()
        return READY
    if time.monotonic() - house.session_info.get(_HUNG, -PAUSE) < PAUSE:
        upload.stream.close()
        return QUARANTINED
    look = _Look()
    thread = threading.Thread(
        target=_look, args=(house, state.read(session), upload, look), name="remit-scan", daemon=True
    )
    thread.start()
    if not look.done.wait(PATIENCE):
        house.session_info[_HUNG] = time.monotonic()
        log.error("a virus scan hangs; the file waits in quarantine")
        return QUARANTINED
    if isinstance(look.failure, DomainError):
        raise look.failure
    if look.failure is not None:
        log.error("a virus scan failed; the file waits in quarantine", error=type(look.failure).__name__)
        return QUARANTINED
    return READY


def _look(house: House, on: frozenset[str], upload: Upload, look: _Look) -> None:
    try:
        with upload.stream:
            scan(house, on, upload)
    except BaseException as error:
        look.failure = error
    finally:
        look.done.set()


def scan(house: House, on: frozenset[str], upload: Upload) -> None:
    """Let every scanner see all of an upload. Raises ``DomainError`` when one refuses it, else whatever goes wrong."""
    for _owner, implementation in house.hooks.implementations(HOOK, on):
        upload.stream.seek(0)
        implementation.function(*(upload for _name in implementation.argnames))


def ask_again(session: Session, actor: Actor, file: File) -> None:
    """Have a file in quarantine looked at by a job."""
    enqueue(session, actor, JOB, {"file": file.id}, key=f"{JOB}:{file.id}", run_at=clock.now() + AGAIN_AFTER)
