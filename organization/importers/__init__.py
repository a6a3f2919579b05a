"""What the organization lets people import from files."""
