"""Files people hand in and the product hands out: sealed in a store, looked into, and kept for as long as they must be.

``service`` puts, opens and deletes; ``checks`` looks into an upload with ``sniff`` and ``names``, ``scanning`` has it
looked at for viruses. ``blob`` is the sealed form, ``stores`` where it lies (``s3`` for a bucket). ``links`` and
``pages`` hand it out, ``thumbnails`` shows it small, ``retention`` ends it.
"""
