"""Taking records through their processes.

``going`` starts a run and takes it on from step to step, ``steps`` does what one step says, ``moves`` is what people do
beside deciding: sending back, taking back, handing on, adding a signer. ``timing`` is what the clock does.
"""
