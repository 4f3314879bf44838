"""Commands that are a file each; dashboard/cli.py gives them their names."""
