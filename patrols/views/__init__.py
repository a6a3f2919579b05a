"""Pages of checkpoints, routes, plans, rounds and scans."""
