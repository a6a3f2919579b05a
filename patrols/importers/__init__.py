"""What patrols let people import from files."""
