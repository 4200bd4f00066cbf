"""Reading a PDF back: its text page by page, its facts, and how it looks."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2 as pdfium
import zxingcpp


def pages(data: bytes) -> list[str]:
    """The text of each page, without the blanks at which lines were broken between Chinese characters."""
    document = pdfium.PdfDocument(data)
    try:
        texts = []
        for page in document:
            words = page.get_textpage().get_text_bounded()
            texts.append(re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef])\s*\r?\n\s*(?=[\u3000-\u9fff])", "", words))
        return texts
    finally:
        document.close()


def text(data: bytes) -> str:
    """Everything in it, on one line."""
    return re.sub(r"\s+", " ", " ".join(pages(data)))


def codes(data: bytes) -> list[list[str]]:
    """What the codes on each page say to a camera, at 300 points an inch."""
    document = pdfium.PdfDocument(data)
    try:
        return [
            [found.text for found in zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil())] for page in document
        ]
    finally:
        document.close()


def facts(data: bytes) -> dict[str, Any]:
    """Its metadata and the size of its first page in millimetres."""
    document = pdfium.PdfDocument(data)
    try:
        width, height = document[0].get_size()
        return {**document.get_metadata_dict(), "size": (round(width / 72 * 25.4), round(height / 72 * 25.4))}
    finally:
        document.close()


def ink(data: bytes, left: float, top: float, right: float, bottom: float) -> int:
    """How many dark points the first page has in a rectangle of millimetres from its upper left corner."""
    document = pdfium.PdfDocument(data)
    try:
        scale = 2.0
        image = document[0].render(scale=scale).to_pil().convert("L")
        box = tuple(int(side / 25.4 * 72 * scale) for side in (left, top, right, bottom))
        return sum(count for shade, count in enumerate(image.crop(box).histogram()) if shade < 230)
    finally:
        document.close()
