"""What a maintainer runs in a checkout: checks, the lock, vendored assets.

Never part of the installed product.
"""
