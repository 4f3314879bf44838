"""The pages: one file each; a new file is picked up by itself."""
