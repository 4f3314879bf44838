"""Pages, routes and commands: they ask the metrics, and never the database."""

import os

# Read once, when numpy is loaded. Many questions are answered at once; sums that take several threads each would wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
