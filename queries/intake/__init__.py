"""From a file that somebody exported to typed rows of the eighteen entities, and a ledger that adds up."""
