"""The input of a form for files: apart from keeping them, which is done without any form, too."""

from __future__ import annotations

from collections.abc import Collection

from core.base.text import Text, catalogue
from core.files import names, sniff
from core.files.beside import LARGEST, MOST
from core.schemas import fields

_ = catalogue("files")


def files_field(label: Text, accept: Collection[str] = sniff.PAPERS) -> fields.String:
    """The input of a form for files to send along; their content is no value of the form (``remit.web.sent_files``)."""
    told = {"most": MOST, "size": LARGEST >> 20}
    hint = _("At most {most} files of {size} MB: PDF, images, Word, Excel.", **told)
    if sniff.CSV in accept:
        hint = _("At most {most} files of {size} MB: PDF, images, Word, Excel, CSV.", **told)
    return fields.String(load_default="", metadata={
        "label": label, "kind": "files", "span": True, "hint": hint, "attrs": {
            "accept": names.choosable(accept), "data-largest": LARGEST,
            "data-too-large": _("A file may have at most {size} MB.", size=LARGEST >> 20)}})  # fmt: skip
