"""Keeping files: encrypted, looked into, for a while or for good, beside something; and where their bytes lie."""

from core.contracts.files import Store, StoreFailed
from core.files import sniff
from core.files.beside import EVIDENCE, LARGEST, MOST, Beside, Kept, Sent
from core.files.links import path_of as link_to
from core.files.models import File
from core.files.service import delete, hold, open_file, put, read_file
from core.files.stores import FolderStore

__all__ = [
    "EVIDENCE",
    "LARGEST",
    "MOST",
    "Beside",
    "File",
    "FolderStore",
    "Kept",
    "Sent",
    "Store",
    "StoreFailed",
    "delete",
    "hold",
    "link_to",
    "open_file",
    "put",
    "read_file",
    "sniff",
]
