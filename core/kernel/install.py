"""What every session carries before anything else: what its process keeps."""

from __future__ import annotations

from core.kernel.kept import install

__all__ = ["install"]
