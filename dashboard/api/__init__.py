"""/api/v1: what `cx ask` tells, for programs. Its addresses, their words and their description all come from the catalog."""
