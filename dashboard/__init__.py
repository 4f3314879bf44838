"""Pages, routes and commands: they ask the metrics, and never the database."""
