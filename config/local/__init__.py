"""What a machine without servers needs: set-up, embedded PostgreSQL and Valkey, and a runner for the demo."""
