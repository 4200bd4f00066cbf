"""Keeping files: encrypted, looked into, for a while or for good; and where their bytes lie."""

from core.contracts.files import Store, StoreFailed
from core.files import sniff
from core.files.links import path_of as link_to
from core.files.models import File
from core.files.service import delete, hold, open_file, put, read_file
from core.files.stores import FolderStore

__all__ = [
    "File",
    "FolderStore",
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
