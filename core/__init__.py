"""The core of Remit: people, organisation and who may decide what, and the plugin kernel.

The core knows no module by name. Modules and plugins see it only through the package ``remit``.
``core.app`` reads as a table of contents; ``ARCHITECTURE.md`` is the map.
"""
