"""Files in and out: declaring what can be imported, reading and checking it, writing tables for people."""

from core.exchange.changes import Changes
from core.exchange.check import Checked, check
from core.exchange.columns import Column, Sheet
from core.exchange.export import Heading, headings_of, template, to_csv, to_xlsx
from core.exchange.importing import Exchange, Option, Plan, import_file
from core.exchange.outgoing import media_of, outgoing
from core.exchange.read import Grid, as_text, read
from core.exchange.report import ImportReport
from core.exchange.unpack import Limits
from core.jobs.context import Report

__all__ = [
    "Changes",
    "Checked",
    "Column",
    "Exchange",
    "Grid",
    "Heading",
    "ImportReport",
    "Limits",
    "Option",
    "Plan",
    "Report",
    "Sheet",
    "as_text",
    "check",
    "headings_of",
    "import_file",
    "media_of",
    "outgoing",
    "read",
    "template",
    "to_csv",
    "to_xlsx",
]
