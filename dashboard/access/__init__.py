"""Who asks, and what they may see and do: every request has somebody behind it, and every figure somebody's policy."""
