"""How long the figures take, always beside each other in one run."""
