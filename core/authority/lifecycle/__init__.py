"""The life of a version before and after it is published: kept as a draft, asked about, published, signed for.

``drafts.py`` keeps drafts and publishes them, ``consulting.py`` asks the units that their boundaries name,
``signing.py`` has the holders of posts sign for what binds them.
"""
