"""Who did what, when, under which entry of the authority list: an append-only record of every change.

``recorder`` writes one row per object and transaction by itself; ``events`` records what is no change of an object
(bulk writes, decisions, reveals, sign-ins); ``history`` reads it back. The table refuses updates and deletes on both
databases, but for blanking what it says about somebody who is erased.

Above the table stands a tree of hashes: ``sequencer`` gives entries their places, ``leaves`` says what is hashed,
``merkle`` and ``canonical`` how, ``checkpoints`` signs what stands, ``verify`` finds what does not fit.
"""
