"""The printed sheet of a post: what it must, may and is assessed by, to be signed by whoever takes it over.

``content`` reads what stands on it, ``drawing`` makes the PDF, ``pages`` hands it out.
"""
