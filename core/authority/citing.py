"""The sentences behind citations such as ``FIN-MGR.A2`` of list version 3, for the audit log."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from core.audit.actions import READ as READ_LOG
from core.authority.held import EVERYBODY
from core.authority.models import AuthorityEntry, PublishedList
from core.db import guard
from core.db.types import Translation
from core.org.models import Position

_MARK = [(READ_LOG, PublishedList.__tablename__)]


def sentences(session: Session, cited: Collection[tuple[str, int]]) -> dict[tuple[str, int], Translation]:
    """The published sentences of entries, by citation and list version, in one statement."""
    wanted = {(code.rpartition(".")[2], version) for code, version in cited}
    rows = session.execute(
        guard.mark(
            select(AuthorityEntry.code, AuthorityEntry.title, PublishedList.version, Position.code.label("position"))
            .join(PublishedList, PublishedList.id == AuthorityEntry.list_id)
            .outerjoin(Position, Position.id == AuthorityEntry.position_id)
            .where(or_(*(and_(AuthorityEntry.code == code, PublishedList.version == version)
                         for code, version in sorted(wanted)))),
            _MARK,
        )
    )
    found = {(f"{row.position or EVERYBODY}.{row.code}", row.version): row.title for row in rows}
    return {citation: found[citation] for citation in cited if citation in found}
