"""Pages of checklists and checks."""
