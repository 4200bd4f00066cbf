"""Papers: fonts and styles for PDF."""

from core.reports.pdf import BOLD, REGULAR, paragraph_style, register_fonts

__all__ = ["BOLD", "REGULAR", "paragraph_style", "register_fonts"]
