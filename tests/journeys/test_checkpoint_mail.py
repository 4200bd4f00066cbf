"""Every morning the state of the audit log goes to whoever may read it, in a form that proves something later."""

from __future__ import annotations

import json

from flask import Flask
from sqlalchemy import select

from core.admin.checkpoints import NOTIFICATIONS, CheckpointTold, tell
from core.audit import checkpoints, sequencer
from core.base.actor import Actor
from core.base.text import use_locale
from core.demo import story
from core.events.models import EventRow
from core.identity.models import Account
from core.web import ports

SYSTEM = Actor.system("tests")


def test_the_line_in_the_mail_is_the_signed_checkpoint(company: Flask) -> None:
    house = ports.of(company).house
    keys = house.database.keys
    assert keys is not None
    sequencer.sequence(house)
    with house.session(SYSTEM, write=True) as session:
        checkpoints.write(session, keys)
        size = tell(session)
    with house.session(SYSTEM) as session, use_locale("en"):
        row = session.scalars(
            select(EventRow).where(EventRow.name == CheckpointTold.name).order_by(EventRow.id.desc()).limit(1)
        ).one()
        event = CheckpointTold(**row.payload)
        kind = NOTIFICATIONS[0]
        assert kind.tell is not None
        assert kind.to is not None
        message = kind.tell(session, event)
        assert message is not None
        found = checkpoints.Checkpoint.read(json.loads(str(message.lines[-1])))
        assert found.size == size
        assert found.is_signed_by(checkpoints.signing_key(keys).public_key())
        assert found in checkpoints.stored(session)
        told = session.scalars(select(Account.login).where(Account.person_id.in_(kind.to(session, event).persons)))
        assert set(told) == HOLDERS


#: Who holds the post of the head of human resources in the demo company, whose list alone gives the audit log.
HOLDERS = {story.KEEPER}
