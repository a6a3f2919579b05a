"""Pages on which saved views of lists are made, renamed, shared, chosen and deleted."""
