"""The demos: Lingke, a small software house whose story shows what Remit is for, and a public institution (``centre``).

Everything is written by the same services as in real life, from the tables in ``data`` and a fixed seed, so that two
builds are equal. Modules add their part through ``give_demo``; what people of the story do they do under their own
names and by their own entries (``acting``).
"""
