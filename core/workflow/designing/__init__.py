"""Writing processes: ``versions`` keeps drafts and puts them in force, ``checking`` finds what is wrong with one;
``editing`` and ``form_rows`` change steps and fields, ``due`` says what a trigger comes to, ``drawing`` lays out ways.
"""
