"""Keeping files for a while, encrypted."""

from core.files.models import File
from core.files.service import delete, open_file, put, read_file

__all__ = ["File", "delete", "open_file", "put", "read_file"]
