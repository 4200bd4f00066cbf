"""Asking every address as every persona, once; what was answered, and what it would have changed."""

from __future__ import annotations

import hashlib
import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
from flask import Flask
from werkzeug.test import TestResponse

from core.access.declare import Declared, declared
from tests.access.addresses import BODIES, USUAL, Address, addresses
from tests.access.conftest import NOTES, Outside
from tests.access.lists import holds, reach
from tests.access.world import OWNERS, PERSONAS, Canary

#: What differs between two pages that say the same: tokens, numbers of requests.
_PASSING = re.compile(r'csrf_token" value="[^"]+"|csrf-token" content="[^"]+"|\b[0-9a-f]{16}\b|nonce-?"?[^"\s]*"')


@dataclass(frozen=True, slots=True)
class Answer:
    """One cell: its status, what the body says (as a digest), which tables would have changed but for notes, which
    canaries stand in it, in whatever kind of file.
    """

    status: int
    said: str
    changed: frozenset[str]
    location: str
    canaries: frozenset[Canary] = frozenset()
    kind: str = ""

    def __str__(self) -> str:
        return f"{self.status}{'+' if self.changed else ''}"


@dataclass(frozen=True, slots=True)
class Row:
    """What one persona was answered at one address."""

    address: Address
    persona: str
    access: Declared | None
    cells: dict[str, Answer]

    @property
    def key(self) -> str:
        """Method, endpoint and persona."""
        return f"{self.address.method:6} {self.address.name:34} {self.persona:14}"

    def __str__(self) -> str:
        return f"{self.key} {'  '.join(f'{column} {answer}' for column, answer in self.cells.items())}"


def access_of(app: Flask, address: Address) -> Declared | None:
    """What the view of an address declared."""
    return declared(app.view_functions[address.endpoint])


def _columns(address: Address, persona: str, access: Declared | None, *, whole: bool) -> list[str]:
    """Which objects are asked about, by the published text: all, where it lets somebody in to some of them.

    Whom the gate keeps out is asked about one that is there and one that is not, since no view is reached that could
    tell them apart; who reaches nobody's, about one near, one far and one that is not there. Where not the ``whole``
    is asked: one within reach, the farthest beyond it and one that is not there; and of all whom the gate keeps out
    the employee and one other, another one at each address.
    """
    columns = list(address.paths)
    kept_out = persona != "stranger" and access is not None and access.action is not None and not holds(
        persona, access.action
    )
    if kept_out and not whole:
        turn = list(PERSONAS)[zlib.crc32(f"{address.method} {address.name}".encode()) % len(PERSONAS)]
        return columns[:1] if persona in ("employee", turn) else []
    if access is None or access.kind == "public" or not address.owned:
        return columns
    if persona == "stranger" or kept_out:
        return ["own", "none"] if whole else ["own"]
    near = [column for column in OWNERS if column in reached(persona, access, address)]
    if not near:
        return ["own", "other", "none"] if whole else ["own", "none"]
    beyond = [column for column in OWNERS if column not in near]
    return columns if whole else [near[0], *beyond[-1:], "none"]


#: Endpoint -> an action that shows more there than what the route declares: who sees a thing is told what he may not.
WIDER = {
    "documents.new": "person.record:read", "jobs.show": "jobs.job:read", "jobs.retry": "jobs.job:manage",
    "jobs.cancel": "jobs.job:manage", "tasks.task": "crm.spend:approve",
    "requests.file": "workflow.submission:read",
    "tasks.comment": "crm.spend:approve", "tasks.move": "crm.spend:approve", "tasks.of_run": "crm.spend:approve",
    "tasks_api.one": "crm.spend:approve", "tasks_api.said": "crm.spend:approve", "tasks_api.told": "crm.spend:approve",
    "tasks_api.comment": "crm.spend:approve", "tasks_api.add_signer": "crm.spend:approve",
    "tasks_api.hand_on": "crm.spend:approve", "tasks_api.send_back": "crm.spend:approve",
    "tasks.file": "crm.spend:approve", "payroll.reveal": "payroll.slip:read",
    "payroll.pdf": "payroll.slip:read", "payroll.amounts": "payroll.run:read",
    "payroll_api.open_one": "payroll.slip:read", "payroll_api.open_run": "payroll.run:read",
    "crm.new_deal": "crm.lead:read", "crm.reveal_lead": "crm.lead:read", "crm.new_customer_deal": "crm.customer:read",
}  # fmt: skip


def reached(persona: str, access: Declared | None, address: Address) -> set[str]:
    """Whose things somebody reaches at an address, by the published text of the lists; one thing may be of several."""
    columns = _reached(persona, access, address.endpoint)
    paths = {address.paths.get(column) for column in columns}
    return {column for column in OWNERS if column in columns or address.paths.get(column) in paths}


def _reached(persona: str, access: Declared | None, endpoint: str) -> set[str]:
    if persona == "stranger" or access is None or access.kind == "public":
        return set(OWNERS)
    own = {"employee": {"own"}, "other company": {"other"}}.get(persona, set())
    declared_reach = own if access.action is None else reach(persona, access.action)
    return declared_reach | (reach(persona, WIDER[endpoint]) if endpoint in WIDER else set())


def answer(outside: Outside, persona: str, address: Address, column: str) -> Answer:
    """Ask one cell."""
    path = address.paths[column]
    given = {"body": BODIES.get(address.endpoint, {})} if path.startswith("/api/") else {"form": USUAL}
    response = outside.ask(persona, address.method, path, part=True, **given)
    return Answer(
        response.status_code, _said(response, path), frozenset(outside.changed - NOTES),
        response.headers.get("Location", ""), frozenset(found_in(outside.planted, response)), response.mimetype,
    )


def text_of(response: TestResponse) -> str:
    """The words of an answer: of a workbook all its sheets, of a PDF all its pages, with the headers."""
    heads = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    data = response.get_data()
    if data[:4] == b"%PDF":
        body = data.decode("latin-1") + _words_of_pdf(data)
    elif data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            body = "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    else:
        body = html.unescape(data.decode("utf-8", "replace"))
    return f"{heads}\n{body}"


def _words_of_pdf(data: bytes) -> str:
    try:
        document = pypdfium2.PdfDocument(io.BytesIO(data))
    except pypdfium2.PdfiumError:
        return ""  # a paper that was handed in need not be one
    try:
        return "".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def found_in(planted: list[Canary], response: TestResponse) -> Iterator[Canary]:
    """The canaries in an answer."""
    yield from singing(planted, text_of(response))


def singing(planted: list[Canary], text: str) -> Iterator[Canary]:
    """The canaries in a text."""
    yield from (canary for canary in planted if any(one in text for one in canary.written()))


def _said(response: TestResponse, path: str) -> str:
    if response.mimetype not in ("text/html", "application/problem+json"):
        return response.mimetype or ""
    text = _PASSING.sub("", response.text).replace(path, "")
    return hashlib.sha256(text.encode()).hexdigest()


def ask_all(outside: Outside, *, whole: bool) -> Iterator[Row]:
    """Every address as every persona, or as some, as ``_columns`` says."""
    for address in addresses(outside.app, outside.world):
        access = access_of(outside.app, address)
        for persona in PERSONAS:
            columns = _columns(address, persona, access, whole=whole)
            if columns:
                cells = {column: answer(outside, persona, address, column) for column in columns}
                yield Row(address, persona, access, cells)


__all__ = ["Answer", "Row", "access_of", "answer", "ask_all", "found_in", "reached", "singing"]
