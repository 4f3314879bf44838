"""A chart that is given to another page: a signed link that opens it, for a while and for that page alone, and nothing else."""
