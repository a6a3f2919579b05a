"""What is read of patrols: rounds, scans, freshness of points, presence figures."""
