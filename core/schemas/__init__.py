"""Fields and validators from which one schema serves forms, JSON bodies and imports alike.

They are marshmallow's, with the house's units (minor units, hundredths of days, millionths) and with messages in the
reader's language. Nothing here knows Flask, so services and jobs may use a schema too.
"""
