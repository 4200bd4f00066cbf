"""Files people hand in and the product hands out: kept under ``instance/files``, encrypted, and only for a while.

``service`` puts, opens, deletes and purges; ``blob`` is the sealed form on disk; ``sniff`` says what a file is by
looking into it.
"""
