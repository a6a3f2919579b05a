"""What surveys print: letters and posters."""
