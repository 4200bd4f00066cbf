"""Where lines of a paper break: between any two Chinese characters but where the rules forbid it.

The library that draws papers knows only some of these rules, so lines are broken before it sees them.
"""

from __future__ import annotations

import re

from reportlab.pdfbase.pdfmetrics import stringWidth

#: A Latin word or a number with its signs, a blank, or one character.
_PIECE = re.compile(r"[!-~\u00a0-\u024f]+| |.", re.DOTALL)
_NEVER_FIRST = "，。、：；？！）〕】》〉」』”’％…—·,.:;?!)]}%"
_NEVER_LAST = "（〔【《〈「『“‘([{¥"


def broken(text: str, font: str, size: float, width: float, indent: float = 0) -> list[str]:
    """The lines of a paragraph in a font of ``size`` points that is ``width`` points wide, the first one less
    ``indent``: numbers and Latin words stay whole where they fit, no line begins with a closing sign or ends with an
    opening one.
    """
    lines: list[str] = []
    line, room = "", width - indent
    for unit in _units(text):
        if line and stringWidth(line + unit.rstrip(), font, size) > room:
            lines.append(line.rstrip())
            line, room = unit.lstrip(), width
        else:
            line += unit
        while stringWidth(line.rstrip(), font, size) > room:  # one word longer than a line
            fits = next(n for n in range(len(line), 0, -1) if n == 1 or stringWidth(line[:n], font, size) <= room)
            lines.append(line[:fits])
            line, room = line[fits:], width
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _units(text: str) -> list[str]:
    """The pieces between which a line may be broken."""
    units: list[str] = []
    for piece in _PIECE.findall(text):
        glued = units and (piece[0] in _NEVER_FIRST or piece == " " or units[-1][-1] in _NEVER_LAST)
        if glued:
            units[-1] += piece
        else:
            units.append(piece)
    return units
