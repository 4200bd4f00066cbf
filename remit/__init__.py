"""The public interface of Remit: what modules and vendors import. Names only, no logic.

Everything outside this package may change without notice; what stands here is deprecated first.
"""

__version__ = "0.1.0"
