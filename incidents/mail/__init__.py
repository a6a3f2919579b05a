"""Mail that becomes cases: fetched over IMAP, read, taken."""
