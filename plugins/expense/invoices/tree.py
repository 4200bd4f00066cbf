"""XML as a small tree of elements by their local names, read within limits and without ever resolving anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from plugins.expense.invoices.record import damaged

#: The most elements of a document, how deep they nest, and how many bytes are read.
ELEMENTS, DEPTH, BYTES = 50_000, 64, 4 << 20


@dataclass(slots=True)
class Element:
    """An element: its local name, its attributes, its own text, and what stands in it."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def walk(self) -> Iterator[Element]:
        """It and everything in it, in the order of the document."""
        waiting = [self]
        while waiting:
            one = waiting.pop()
            yield one
            waiting.extend(reversed(one.children))

    def all(self, name: str) -> list[Element]:
        """Every element of a name in it."""
        return [one for one in self.walk() if one.name == name]

    def told(self, *names: str) -> str:
        """The text of the first element in it that has one of the names, the names in their order."""
        for name in names:
            for one in self.walk():
                if one.name == name and one.text.strip():
                    return one.text.strip()
        return ""


def parse(data: bytes) -> Element:
    """The root of a document. Raises ``DomainError`` for what is no XML, is too large or too deep, and for any document
    type: an invoice declares none, and with it go entities, their expansion, and files and addresses they point at.
    """
    if len(data) > BYTES:
        raise damaged()
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    parser.ExternalEntityRefHandler = reader.refuse
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.characters
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):  # the last two for encodings that nobody knows
        raise damaged() from None
    return reader.root.children[0]


class _Reader:
    """Builds the tree while the parser tells of elements."""

    def __init__(self) -> None:
        self.root = Element("")
        self._open = [self.root]
        self._count = 0

    @staticmethod
    def refuse(*_told: object) -> int:
        raise damaged()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > ELEMENTS or len(self._open) > DEPTH:
            raise damaged()
        made = Element(_local(name), {_local(key): value for key, value in attributes.items()})
        self._open[-1].children.append(made)
        self._open.append(made)

    def end(self, _name: str) -> None:
        self._open.pop()

    def characters(self, text: str) -> None:
        self._open[-1].text += text


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
