"""Links to the content of a file: signed, for one account, for a few minutes.

Whoever makes a link has asked whether its reader may open the file. The signature binds the file, its name, the account
and whether it is shown or saved; the link of somebody else, of yesterday or of another file opens nothing.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from sqlalchemy.orm import Session

from core.audit.events import record_reveal, revealed_at
from core.base import clock
from core.base.text import catalogue
from core.db.types import keys_of
from core.files import sniff
from core.files.models import File

if TYPE_CHECKING:
    from core.base.actor import Actor

_ = catalogue("files")

LIFETIME = timedelta(minutes=5)
PURPOSE = "file links"
INLINE, ATTACHMENT = "inline", "attachment"
GROUP = "file"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a link says of itself."""

    file_id: int
    name: str
    disposition: str
    until: int
    signature: str


def path_of(session: Session, actor: Actor, file: File, *, inline: bool = False) -> str:
    """The address of a file for this actor and the next few minutes, shown in the browser where that is safe."""
    disposition = INLINE if inline and file.content_type in sniff.INLINE else ATTACHMENT
    until = int((clock.now() + LIFETIME).timestamp())
    asked = Asked(file.id, file.name, disposition, until, "")
    query = urlencode({"as": disposition, "until": until, "signature": _sign(session, actor, asked)})
    return f"/files/{file.id}/{quote(file.name, safe='')}?{query}"


def holds(session: Session, actor: Actor, asked: Asked) -> bool:
    """Whether a link was made here for this actor and its time is not over."""
    if actor.account_id is None or not re.fullmatch(r"[0-9a-f]{64}", asked.signature):
        return False
    if not hmac.compare_digest(asked.signature, _sign(session, actor, asked)):
        return False
    return datetime.fromtimestamp(asked.until, UTC) > clock.now()


def recorded(session: Session, file: File) -> bool:
    """Whether it is on record that the account of the session opens this file now: it asked a moment ago, with a
    purpose, or has begun to read it."""
    return revealed_at(session, GROUP, file, since=clock.now() - LIFETIME) is not None


def record(session: Session, actor: Actor, file: File, purpose: str) -> None:
    """Keep in the audit log that somebody opens the file of a person; what is one's own is nobody's business."""
    if file.personal and (file.subject_id is None or file.subject_id != actor.person_id):
        record_reveal(session, GROUP, file, subject_id=file.subject_id, purpose=purpose)


def _sign(session: Session, actor: Actor, asked: Asked) -> str:
    told = f"{asked.file_id}\n{actor.account_id}\n{asked.disposition}\n{asked.until}\n{asked.name}"
    return hmac.new(keys_of(session).derive(PURPOSE), told.encode(), "sha256").hexdigest()
