"""What can be allowed about the storage of files; who may see a file is decided by what it belongs to."""

from __future__ import annotations

from core.base.text import catalogue
from core.kernel.specs import ActionDef

_ = catalogue("files")

MANAGE = "files.file:manage"

ACTIONS = (ActionDef(MANAGE, _("Check the file storage and move it")),)
