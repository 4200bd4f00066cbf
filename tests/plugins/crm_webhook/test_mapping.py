"""Mappings both ways: deliveries become leads once, what cannot be mapped waits, and others are told in their words."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.webhooks import signing
from plugins.crm_webhook.rules import FIELDS_IN, apply_in, apply_out, read_rules, written
from plugins.crm_webhook.services import mappings
from remit.base import DomainError
from tests.plugins.crm_webhook.conftest import Other

RULES = """
company = $.data.account.name
contact = $.data.contacts[0].name
phone = $.data.contacts[0].phone
external_id = $.data.id
channel = "wx"
state = $.data.stage {New: new, Open: working, "Closed Won": won, Lost: lost}
reason = $.data.why {Price: price, *: need}
amount = $.data.value
"""
BODY: dict[str, Any] = {"data": {
    "id": 77, "account": {"name": "甲科技有限公司"}, "stage": "New", "value": 1250.5, "why": None,
    "contacts": [{"name": "王先生", "phone": "138 0000 1234"}],
}}  # fmt: skip


def body(**more: Any) -> bytes:
    """A delivery of the other program."""
    return json.dumps({"data": {**BODY["data"], **more}}).encode()


def test_what_comes_of_a_body() -> None:
    assert apply_in(read_rules(RULES, FIELDS_IN), BODY) == {
        "company": "甲科技有限公司", "contact": "王先生", "phone": "138 0000 1234", "external_id": "77",
        "channel": "wx", "state": "new", "amount": 125050,
    }  # fmt: skip
    assert apply_out(read_rules('deal.name = $.company\ndeal.stage = $.state {won: "Closed Won"}\nv = "2"', None),
                     {"company": "甲", "state": "won"}) == {
        "deal": {"name": "甲", "stage": "Closed Won"}, "v": "2"}  # fmt: skip


@pytest.mark.parametrize(("lines", "why"), [
    ("", "between one and 60 lines"), ("company", "Line 1: Write field = $.place"),
    ("nothing = $.a", "Line 1: There is no field nothing"),
    ("company = $.a\ncompany = $.b", "Line 2: company is written"),
    ("company = a.b", "Line 1: A place begins with $"), ('company = "a', "Line 1: The constant does not end"),
    ("state = $.a {open new}", "Line 1: A table is pairs"), ("state = $.a x", "Line 1: Behind the place"),
])  # fmt: skip
def test_a_line_that_cannot_be_read_is_named(lines: str, why: str) -> None:
    with pytest.raises(DomainError) as wrong:
        read_rules(lines, FIELDS_IN)
    assert wrong.value.field == "rules"
    assert why in str(wrong.value.message)


@pytest.mark.parametrize(("changed", "field"), [
    ({"stage": "Frozen"}, "state"), ({"value": "12.345"}, "amount"), ({"value": -1}, "amount"),
    ({"account": {"name": ["x"]}}, "company"),
])  # fmt: skip
def test_a_body_that_cannot_be_mapped_says_which_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(DomainError) as wrong:
        apply_in(read_rules(RULES, FIELDS_IN), json.loads(body(**changed)))
    assert wrong.value.field == field


WORDS = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=12).map(
    str.strip).filter(bool)  # fmt: skip


@given(st.dictionaries(WORDS, WORDS, min_size=1, max_size=5))
def test_tables_are_written_and_read_the_same(table: dict[str, str]) -> None:
    """Whatever stands in a table, its line reads as what it was, and translates each code as a dictionary does."""
    pairs = ", ".join(f"{json.dumps(a)}: {json.dumps(b)}" for a, b in table.items())
    rules = read_rules(f"note = $.code {{{pairs}}}", FIELDS_IN)
    assert read_rules(written(rules), FIELDS_IN) == rules
    for code, word in table.items():
        assert apply_in(rules, {"code": code}) == {"note": word}


def test_a_delivery_becomes_a_lead_once_and_follows(other: Other) -> None:
    other.write(RULES)
    assert other.post("d-1", body()) == "accepted"
    assert other.post("d-1", body()) == "known", "the same number is the same delivery"
    assert other.post("d-2", body()) == "accepted"
    (lead,) = other.leads()
    assert (lead.company, lead.contact, lead.phone, lead.state) == ("甲科技有限公司", "王先生", "13800001234", "new")
    other.post("d-3", body(stage="Closed Won"))
    (lead,) = other.leads()
    assert lead.state == "won"
    assert other.letters() == {}


def test_what_cannot_be_mapped_waits_and_is_handed_over_once_the_mapping_is_mended(other: Other) -> None:
    key = other.write(RULES)
    other.post("d-1", body(stage="Frozen"))
    other.post("d-2", b"not json")
    other.post("d-3", body(contacts=[{"phone": "none"}], id=78))
    assert other.leads() == []
    assert other.letters() == {
        "d-1": ("state", "Frozen is in no line of its table."), "d-2": ("sample", "This is not JSON."),
        "d-3": ("phone", "This is not a phone number. Write it as 13800001234, 021-52345678 or +65 9123 4567."),
    }  # fmt: skip
    assert other.again(key) == (0, 3), "nothing has changed yet"
    other.write(RULES.replace("New: new", "New: new, Frozen: working"), key)
    assert other.again(key) == (1, 3)
    (lead,) = other.leads()
    assert lead.state == "working"
    assert set(other.letters()) == {"d-2", "d-3"}
    assert other.again(key) == (0, 2)
    assert len(other.leads()) == 1


def test_a_mapping_is_tried_before_it_is_kept(other: Other) -> None:
    assert json.loads(mappings.try_out("in", RULES, body().decode()))["amount"] == 125050
    assert json.loads(mappings.try_out("out", "a.b = $.amount", ""))["a"]["b"] == "1200.00"
    assert other.leads() == []
    with pytest.raises(DomainError):
        mappings.try_out("in", RULES, "{")


class Receiver(BaseHTTPRequestHandler):
    """Another CRM that is told of leads."""

    status = 200
    got: list[tuple[str, dict[str, Any]]] = []  # noqa: RUF012 -- begun anew by each test
    secret = "whsec_" + "c2VjcmV0LW9mLXRoZS10ZXN0cy0wMTIz"

    def do_POST(self) -> None:
        """One message."""
        data = self.rfile.read(int(self.headers["content-length"]))
        head = {name.lower(): value for name, value in self.headers.items()}
        held = signing.standard_holds(head["webhook-id"], head["webhook-timestamp"], head["webhook-signature"], data,
                                      [self.secret])  # fmt: skip
        if held and self.status == 200:
            self.got.append((head["webhook-id"], json.loads(data)))
        self.send_response(self.status if held else 401)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def receiver() -> Iterator[str]:
    """The address of another CRM."""
    Receiver.got, Receiver.status = [], 200
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()
    thread.join()


OUT = 'deal.account = $.company\ndeal.stage = $.state {new: Open, working: Open, won: "Closed Won", lost: Lost}'


def test_others_are_told_in_their_words_once(other: Other, receiver: str) -> None:
    other.write(RULES)
    other.post("d-1", body())
    key = other.write(OUT, way="out", url=receiver, secret=Receiver.secret)
    Receiver.status = 503
    other.send()
    state = other.state(key)
    assert (state.failures, Receiver.got) == (1, [])
    assert state.next_at is not None
    Receiver.status = 200
    other.send()
    assert Receiver.got == [], "it waits until its time"
    other.write(OUT, key, way="out", url=receiver)
    other.sales.write(lambda session: setattr(_held(session, key), "next_at", None))
    other.send()
    other.send()
    assert [told for _id, told in Receiver.got] == [{"deal": {"account": "甲科技有限公司", "stage": "Open"}}]
    other.post("d-2", body(stage="Closed Won"))
    other.send()
    assert [told["deal"]["stage"] for _id, told in Receiver.got] == ["Open", "Closed Won"]
    assert len({number for number, _told in Receiver.got}) == 2

    Receiver.status = 422
    other.post("d-3", body(id=79, account={"name": "乙贸易公司"}, contacts=[]))
    other.send()
    assert list(other.letters().values()) == [("", "It answered 422.")]
    Receiver.status = 200
    assert other.again(key) == (1, 1)
    other.send()
    assert [told["deal"]["account"] for _id, told in Receiver.got][2:] == ["乙贸易公司"], "others are not told again"
    assert other.letters() == {}


def _held(session: Any, key: int) -> Any:
    from plugins.crm_webhook.models import State

    return session.get_one(State, key)
