"""Shadow mode: a draft that runs beside the lists in force, allows nothing, and keeps every decision it would have
turned, until there are none.
"""
