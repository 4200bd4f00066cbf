"""What docs/howto/processes.md shows to programs does what it says, over a real network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from core.db.session import Database
from core.events.deliverer import Deliverer
from core.jobs.pool import Pool
from core.kernel.house import House
from core.workflow.actions import ANSWER, SUBMIT, SUBMIT_READ
from core.workflow.events import ProcessCalled
from tests.core.webhooks.receiver import Got, Receiver, answers
from tests.core.webhooks.test_sending import subscribe
from tests.core.workflow.conftest import LISTS, Office, Programs, around
from tests.core.workflow.programs import free_port, served
from tests.core.workflow.test_timing import _asked

PAGE = Path(__file__).parents[3] / "docs/howto/processes.md"


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    return around(database, tmp_path, webhook_allow=("127.0.0.1",), base_url=f"http://127.0.0.1:{free_port()}")


@pytest.fixture
def base(house: House, app: Flask) -> Iterator[str]:
    """Where Remit listens."""
    del app
    with served(house, int(house.config.base_url.rpartition(":")[2])):
        yield house.config.base_url


@pytest.fixture
def page() -> dict[str, Any]:
    """The names that the examples of the page make."""
    names: dict[str, Any] = {}
    for example in re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        exec(example, names)  # noqa: S102 -- what the page shows
    return names


def test_a_request_is_handed_in_and_approved(
    base: str, page: dict[str, Any], programs: Programs, capsys: pytest.CaptureFixture[str]
) -> None:
    sun, wang = programs("sun", SUBMIT, SUBMIT_READ), programs("wang", ANSWER)
    made = page["ask_for_a_trip"](base, sun.token)
    assert "wang now" in capsys.readouterr().out
    page["approve_what_waits"](base, wang.token)
    assert sun.get(f"/requests/{made}")[1]["state"] == "approved"


def test_a_request_that_nobody_may_decide_is_not_handed_in(
    base: str, page: dict[str, Any], programs: Programs
) -> None:
    zhao = programs("zhao", SUBMIT, SUBMIT_READ)
    made = page["ask_for_a_trip"](base, zhao.token)
    assert zhao.get(f"/requests/{made}")[1]["state"] == "draft"


@pytest.mark.parametrize("done", [True, False])
def test_a_called_program_answers(base: str, page: dict[str, Any], house: House, office: Office, *, done: bool) -> None:
    said = []

    def act(handler: BaseHTTPRequestHandler, got: Got) -> None:
        said.append(page["answer"](json.loads(got.body), done, "Looked at"))
        said.append(page["answer"](json.loads(got.body), done, "Looked at"))
        answers(204)(handler, got)

    with Receiver(behave=act) as receiver:
        filter = 'process == "crm.spend" and step == "order"'
        subscribe(house, receiver.url, ProcessCalled.name, filter=filter)
        office.publish({"key": "order", "type": "webhook", "reply": True}, LISTS)
        run = office.do("sun", _asked, office)
        Deliverer(house).run_waiting()
        Pool(house, threads=0).run_waiting()
    assert said == ["taken", "known"]
    assert office.steps(run)[0] == ("order", "passed" if done else "failed")
    assert (office.now(run).stuck is None) is done
