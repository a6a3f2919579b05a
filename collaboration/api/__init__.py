"""Action items and requests in the API: the same services and policies as the pages."""
