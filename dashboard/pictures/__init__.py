"""Pictures taken on the server: of charts for programs, and the sheets of a review pack."""
