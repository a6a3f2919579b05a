"""E-mail: text and HTML, in the recipient's language."""
