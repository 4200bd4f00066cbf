"""Telling people: what they are told of, on which ways, when, and how it is made sure that each mail leaves once.

``telling.notify`` writes what happened once and a copy for each reader, in the transaction that did it; modules say by
``register_notifications`` what there is to tell, and where an event is named, they are told by it. ``choices`` knows
what each reader wants, ``rules`` when a message may leave (quiet hours, digests). ``inbox`` is what stands under the
bell. ``planning`` finds what is due and ``delivering`` hands it to the channels, outside of every business
transaction; ``mail`` builds a message and ``smtp`` hands it over. ``escalating`` passes on what nobody read.

What this package needs to know of people it asks through the ports of ``people``, which identity and org fill.
"""
