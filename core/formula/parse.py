"""Reading the text of a formula: first its characters, then its shape.

Python's own parser does the grammar. Before it sees the text, every character has been recognised as part of the small
language (no dots, brackets, braces, backslashes), so that the author hears about the place in plain words; after it,
every node must be on a list of kinds, so that nothing else can get through, whatever the parser learns to read.
"""

from __future__ import annotations

import ast
import keyword
import re
from dataclasses import dataclass

from core.base.text import Text, catalogue
from core.formula.errors import FormulaError

_ = catalogue("formula")

LONGEST = 2_000
"""Characters in one formula."""
MOST_PARTS = 600
"""Nodes in one formula."""
DEEPEST = 40
"""Levels of nesting; the terms of one sum or product are one level."""

_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<number>\d[\w.]*)|(?P<name>[^\W\d]\w*)"
    r"|(?P<string>\"[^\"\\\ud800-\udfff]*\"|'[^'\\\ud800-\udfff]*')|(?P<op><=|>=|==|!=|[-+*/(),<>])"
)
_NUMBER = re.compile(r"[0-9]{1,18}(\.[0-9]{1,9})?")
_WORDS = frozenset({"and", "or", "not", "if", "else", "True", "False"})
_ALLOWED: tuple[type[ast.AST], ...] = (
    ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div,
    ast.UnaryOp, ast.USub, ast.Not,
    ast.BoolOp, ast.And, ast.Or,
    ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE,
    ast.IfExp, ast.Call, ast.Name, ast.Load, ast.Constant,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """A formula that was read: its text without leading blanks, its tree, and the count of those blanks."""

    text: str
    tree: ast.expr
    lead: int

    def segment(self, node: ast.expr) -> str:
        """The text of a node as written."""
        start, end = self._places(node)
        return self.text[start:end]

    def error(self, node: ast.expr, code: str, message: Text) -> FormulaError:
        """A complaint about a node; ``{column}`` in the message is filled in here."""
        start, end = self._places(node)
        return complaint(code, message, start + self.lead, end + self.lead)

    def _places(self, node: ast.expr) -> tuple[int, int]:
        # ast counts bytes of UTF-8; people count characters, and names may be Chinese.
        data = self.text.encode()
        return len(data[: node.col_offset].decode()), len(data[: node.end_col_offset].decode())


def complaint(code: str, message: Text, start: int, end: int) -> FormulaError:
    """A complaint about a place in the text; ``{column}`` in the message counts from 1."""
    placed = message.filled(column=start + 1)
    return FormulaError(f"formula.{code}", placed, start=start, end=end)


def parse(source: str) -> Source:
    """Read a formula. Raises ``FormulaError`` naming the column and what to do."""
    if len(source) > LONGEST:
        raise FormulaError(
            "formula.too_long",
            _(
                "The formula has {length} characters; the most is {most}. Split it into components.",
                length=len(source),
                most=LONGEST,
            ),
        )
    # A blank for every line break keeps columns countable, and lets nothing after a break stand outside the formula.
    whole = re.sub(r"\s", " ", source)
    text = whole.lstrip()
    lead = len(whole) - len(text)
    if not text:
        raise FormulaError("formula.empty", _("The formula is empty. Write an expression such as base + allowance."))
    _check_characters(text, lead)
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as problem:
        place = (problem.offset or len(text)) - 1
        raise complaint(
            "syntax",
            _("Column {column}: the formula cannot be read here. Check brackets, commas and operators."),
            lead + place,
            lead + place + 1,
        ) from None
    except (RecursionError, MemoryError):
        raise too_deep() from None
    result = Source(text, tree, lead)
    _check_shape(result)
    return result


def too_deep() -> FormulaError:
    """The refusal of a formula that is nested beyond what anybody can read."""
    return FormulaError("formula.too_deep", _("The formula is nested too deeply. Split it into components."))


def _check_characters(text: str, lead: int) -> None:
    place = 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise complaint(
                "character",
                _(
                    "Column {column}: the character {character} has no meaning here. Use names, numbers, + - * / ( ),"
                    " comparisons, and, or, not, if, else, and commas, all in half-width.",
                    character=text[place] if text[place].isprintable() else repr(text[place])[1:-1],
                ),
                lead + place,
                lead + place + 1,
            )
        found = token.group()
        if token.lastgroup == "number" and not _NUMBER.fullmatch(found):
            raise complaint(
                "number",
                _(
                    "Column {column}: {number} is not a number. Write it in digits with at most nine decimals,"
                    " such as 8000.00 or 0.08.",
                    number=found,
                ),
                lead + place,
                lead + token.end(),
            )
        if token.lastgroup == "name" and keyword.iskeyword(found) and found not in _WORDS:
            raise complaint(
                "word",
                _("Column {column}: the word {word} is not part of the formula language. Remove it.", word=found),
                lead + place,
                lead + token.end(),
            )
        place = token.end()


def _check_shape(source: Source) -> None:
    """Walk the tree without recursion: kinds of nodes, how many, how deep."""
    parts = 0
    stack: list[tuple[ast.AST, int]] = [(source.tree, 1)]
    while stack:
        node, depth = stack.pop()
        if not isinstance(node, _ALLOWED):
            raise source.error(
                _nearest(source, node),
                "not_allowed",
                _(
                    "Column {column}: this is not part of the formula language. Use + - *, comparisons, and, or, not,"
                    " if … else …, and round(a / b, unit)."
                ),
            )
        parts += isinstance(node, ast.expr)
        if parts > MOST_PARTS:
            raise FormulaError(
                "formula.too_many",
                _("The formula has more than {most} parts. Split it into components.", most=MOST_PARTS),
            )
        if depth > DEEPEST:
            raise too_deep()
        for child in ast.iter_child_nodes(node):
            level = depth if _same_chain(node, child) else depth + 1
            stack.append((child, level))


def _same_chain(node: ast.AST, child: ast.AST) -> bool:
    """Whether ``child`` is the left part of one sum, or of one product, that reads as a single list of terms."""
    return (
        isinstance(node, ast.BinOp)
        and child is node.left
        and isinstance(child, ast.BinOp)
        and isinstance(node.op, ast.Add | ast.Sub) == isinstance(child.op, ast.Add | ast.Sub)
    )


def _nearest(source: Source, node: ast.AST) -> ast.expr:
    """The expression to point at: the node itself, or the one whose operator or keyword it is."""
    if isinstance(node, ast.expr):
        return node
    return next(
        parent
        for parent in ast.walk(source.tree)
        if isinstance(parent, ast.expr) and any(child is node for child in ast.iter_child_nodes(parent))
    )


def names_in(source: Source) -> list[str]:
    """The names a formula reads, in the order they stand in it, functions excluded."""
    called = {id(node.func) for node in ast.walk(source.tree) if isinstance(node, ast.Call)}
    names = [
        node for node in ast.walk(source.tree) if isinstance(node, ast.Name) and id(node) not in called
    ]
    return list(dict.fromkeys(node.id for node in sorted(names, key=lambda node: node.col_offset)))
