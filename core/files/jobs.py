"""The daily purge, the virus scan of what waits in quarantine, and small pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.base.errors import DomainError
from core.base.text import catalogue
from core.files import scanning, thumbnails
from core.files.models import QUARANTINED, READY, REFUSED, File
from core.files.retention import purge_expired
from core.files.service import cleared_on_commit, open_stored, put, remove
from core.files.stores import store_of
from core.jobs.context import JobContext
from core.kernel import state
from core.kernel.specs import LATER, TEMPORARY, Job, Upload

_ = catalogue("files")
log = structlog.get_logger("remit.files")


class ScannerFailed(Exception):
    """A scanner could not say anything about a file; it is asked again."""


def purge(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remove the files whose time is over."""
    del args
    with context.session(write=True) as session:
        result = {"removed": purge_expired(session)}
        context.complete(session, result)
    return result


def scan(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Look at the file that is named, or at all that wait."""
    found = {"ready": 0, "refused": 0}
    with context.session() as session:
        waiting = select(File.id).where(File.state == QUARANTINED).order_by(File.id)
        numbers = [args["file"]] if "file" in args else list(session.scalars(waiting))
    failed = False
    for done, number in enumerate(numbers):
        context.progress(done, len(numbers))
        try:
            outcome = _scan(context, number)
        except DomainError:
            raise
        except Exception as error:
            log.error("a virus scan failed; the file stays in quarantine", error=type(error).__name__)
            failed = True
            continue
        if outcome:
            found[outcome] += 1
    if failed:
        raise ScannerFailed
    with context.session(write=True) as session:
        context.complete(session, found)
    return found


def _scan(context: JobContext, number: int) -> str:
    """The new state of a file, or nothing where it does not wait any more."""
    with context.session() as session:
        file = session.get(File, number)
        if file is None or file.state != QUARANTINED:
            return ""
        on = state.read(session)
        upload = Upload(file.name, file.kind, file.content_type, file.size, file.digest, open_stored(session, file))
    verdict = READY
    with upload.stream:
        try:
            scanning.scan(context.house, on, replace(upload))
        except DomainError:
            verdict = REFUSED
    with context.session(write=True) as session:
        file = session.get(File, number, with_for_update=True)
        if file is None or file.state != QUARANTINED:
            return ""
        file.state = verdict
        session.flush()
        if verdict == REFUSED:
            cleared_on_commit(session, [(None, store_of(session, file.store), file.blob)])
    return verdict


def thumbnail(context: JobContext, args: Mapping[str, Any]) -> Mapping[str, Any]:
    """Draw the small picture of a file."""
    with context.session() as session:
        file = session.get(File, args["file"])
        if file is None or file.state == REFUSED:
            return {"drawn": 0}
        if file.state == QUARANTINED:
            raise ScannerFailed  # what was not looked at is not opened; later
        with open_stored(session, file) as stream:
            content, kind = stream.read(), file.content_type
    picture = thumbnails.draw(content, kind)
    with context.session(write=True) as session:
        file = session.get(File, args["file"])
        if file is not None and picture is not None:
            _keep(session, context, file, picture)
        context.complete(session, {"drawn": int(picture is not None)})
    return {"drawn": int(picture is not None)}


def _keep(session: Session, context: JobContext, file: File, picture: bytes) -> None:
    """Keep a picture beside the file it shows; what was there before goes."""
    kind = thumbnails.KIND
    remove(session, session.scalars(select(File).where(File.made_from_id == file.id, File.kind == kind)).all())
    made = put(
        session, context.actor, picture, name=f"{file.id}.jpg", kind=kind, personal=file.personal, keep_days=None,
        subject_id=file.subject_id,
    )
    made.made_from_id, made.expires_at = file.id, file.expires_at
    made.state = READY  # drawn here, out of what was looked at
    session.flush()


JOBS = (
    Job("files.purge", _("Remove files whose time is over"), purge, schedule="10 3 * * *", at_most=1),
    Job(
        scanning.JOB, _("Look at uploads for viruses"), scan, schedule="*/15 * * * *", at_most=1, tries=6,
        wait=timedelta(minutes=1), again=(*TEMPORARY, ScannerFailed), time_limit=timedelta(minutes=10),
    ),
    Job(
        thumbnails.JOB, _("Draw a small picture of a file"), thumbnail, priority=LATER, at_most=1, tries=6,
        wait=timedelta(minutes=2), again=(*TEMPORARY, ScannerFailed), time_limit=timedelta(minutes=5),
    ),
)
