"""What the numbers mean: metrics, the questions they answer, and the answers."""

from metrics.command_center import CommandCenter

__all__ = ["CommandCenter"]
