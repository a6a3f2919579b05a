"""What portal's pages show, composed from the selectors of the apps below."""
