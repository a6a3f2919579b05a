"""Pages of posts, the weekly roster and staffing."""
