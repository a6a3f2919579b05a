"""Pages for residents, who have no account: report, follow, read."""
