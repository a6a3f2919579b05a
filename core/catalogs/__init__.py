"""Translation catalogs: what the code says, what the catalogs answer, and what is missing.

Extraction is done by Babel and Django's own template lexer, compilation by polib, so that neither xgettext nor
msgfmt has to be installed.
"""
