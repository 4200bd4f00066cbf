"""Letters about people from templates: the employment certificate and whatever modules register (``register_letters``).

A *kind* offers fields and brings a text along; the company changes the text on a page, in versions (``templates``,
checked by ``wording``). ``issuing`` fills it for one employment under the authority list, numbers it, prints it
(``paper``) and keeps the PDF: an issued letter never changes. It can be revoked (``register``), and whoever holds the
paper can ask whether it is genuine (``verifying``).
"""
