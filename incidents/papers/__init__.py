"""Forms on paper, A4, in the site's language."""
