"""Fonts and styles for PDF: Noto Sans SC, embedded as a subset, so that Chinese text can be searched and copied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "NotoSansSC"
BOLD = "NotoSansSC-Bold"
_FONTS = Path(__file__).parent / "fonts"
_FILES = {REGULAR: "NotoSansSC-Regular.ttf", BOLD: "NotoSansSC-Bold.ttf"}


def register_fonts() -> None:
    """Make the fonts known to reportlab; a second call does nothing."""
    known = set(pdfmetrics.getRegisteredFontNames())
    for name, file in _FILES.items():
        if name not in known:
            pdfmetrics.registerFont(TTFont(name, str(_FONTS / file)))


def paragraph_style(size: float, *, bold: bool = False, color: str = "#1b2422") -> Any:
    """A paragraph in one of the fonts; lines break between Chinese characters."""
    return ParagraphStyle(
        f"remit-{size}-{bold}-{color}", fontName=BOLD if bold else REGULAR, fontSize=size, leading=size * 1.45,
        textColor=colors.HexColor(color), wordWrap="CJK",
    )  # fmt: skip


def unprintable(text: str) -> str:
    """The characters of a text that the fonts do not have, each once; printed they would be empty boxes."""
    register_fonts()
    known = pdfmetrics.getFont(REGULAR).face.charToGlyph
    return "".join(dict.fromkeys(sign for sign in text if sign not in "\n\t" and ord(sign) not in known))
