"""The HTTP API for the desk's own scripts; a module a noun. Its addresses begin with /api/v1/."""
