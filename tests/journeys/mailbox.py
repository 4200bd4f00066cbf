"""The mails of the demo company, sent by a server that listens here, and what stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage

from flask import Flask

from core.events.deliverer import Deliverer
from core.jobs.pool import Pool
from core.kernel.house import House
from core.notify import planning
from core.web import ports
from tests.core.notify.sink import Sink

SITE = "https://hr.lingke.example"


@contextmanager
def mailbox(company: Flask) -> Iterator[Mailbox]:
    """Takes what is sent while the block runs; what was told before it is left out."""
    sink = Sink()
    house = ports.of(company).house
    config = replace(house.config, smtp_url=sink.url, mail_from="hr@lingke.example", base_url=SITE)
    made = Mailbox(replace(house, config=config), sink)
    try:
        made.send()
        sink.mails.clear()
        yield made
    finally:
        sink.close()


class Mailbox:
    """Sends what waits, and finds what came."""

    def __init__(self, house: House, sink: Sink) -> None:
        self.house, self.sink = house, sink

    def send(self) -> None:
        """What a worker does, until nothing waits."""
        for _turn in range(3):
            Deliverer(self.house).run_waiting()
            planning.look(self.house)
            Pool(self.house, threads=0).run_waiting()

    def newest(self, address: str) -> EmailMessage:
        """The last mail to an address."""
        found = [one for one in self.sink.mails if address in str(one["To"])]
        assert found, [str(one["To"]) for one in self.sink.mails]
        return found[-1]

    def answers(self, address: str) -> tuple[str, str]:
        """The paths of yes and no in the last mail to an address, as its reader finds them."""
        text = self.newest(address).get_body(("plain",))
        assert text is not None
        found = re.findall(rf"{SITE}(/tasks/mail/\S+)", text.get_content())
        assert len(found) == 2, text.get_content()
        return found[0], found[1]
