"""A terminal that sends its punches by itself."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from attendance.incoming import INCOMING
from attendance.models import Punch, Source
from remit.base import DomainError
from remit.services import system
from remit.webhooks import Incoming
from tests.attendance.conftest import attlog, make_company

(PUNCHES,) = INCOMING


def sent(key: str, body: bytes) -> Incoming:
    return Incoming(key, PUNCHES.name, 3, body, "text/plain", datetime.now(UTC))


def test_what_a_terminal_sends_is_imported_once(work: Session) -> None:
    make_company(work, ["LK0037", "LK0038"])
    log = attlog((37, "2026-11-02 08:59:01"), ("LK0038", "2026-11-02 18:00:00"))
    PUNCHES.handle(work, sent("a", log))
    PUNCHES.handle(work, sent("b", log))
    PUNCHES.handle(work, sent("c", "工号,打卡时间\nLK0037,2026-11-03 09:00:00\n".encode()))
    with system(work, "tests read punches"):
        assert work.scalar(select(func.count()).select_from(Punch)) == 3
        assert list(work.scalars(select(Source.code))) == ["webhook-3"]


def test_what_is_no_punches_is_refused_in_words(work: Session) -> None:
    with pytest.raises(DomainError):
        PUNCHES.handle(work, sent("a", b'{"hello": "world"}'))
