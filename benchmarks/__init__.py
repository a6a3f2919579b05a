"""The goals of performance, measured side by side with raw SQL in one run: `make bench`."""
