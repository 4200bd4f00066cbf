"""Who is told that a document ends."""

from __future__ import annotations

from datetime import timedelta

from core.documents.services import reminders
from core.events.deliverer import Deliverer
from core.identity import services as identity
from core.notify import inbox
from tests.core.documents.conftest import TODAY
from tests.core.documents.papers import contract
from tests.core.org.company import SYSTEM
from tests.core.org.desk import Desk


def test_the_person_is_told_when_it_ends_soon_and_when_it_has_ended(desk: Desk) -> None:
    with desk.house.session(SYSTEM, write=True) as session:
        made = identity.create_account(
            session, SYSTEM, login="ads", name="ads", password="correct horse 1",  # noqa: S106
            person_id=desk.people["ads"].person_id,
        )
        ads = identity.actor_of(made)
    document = contract(desk, "ads", expires_on=TODAY + timedelta(days=5))
    for day in (0, 1, 6, 7):
        with desk.house.session(SYSTEM, write=True) as session:
            reminders.remind(session, today=TODAY + timedelta(days=day))
        Deliverer(desk.house).run_waiting()
    with desk.house.session(ads) as session:
        found = [
            (str(one.row.title), one.row.link) for one in reversed(inbox.items(session, ads))
            if one.row.kind.startswith("documents.")
        ]
    assert found == [
        ("A document of yours ends soon", f"/documents/{document}"),
        ("A document of yours has ended", f"/documents/{document}"),
    ]
