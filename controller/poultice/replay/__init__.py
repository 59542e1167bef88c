"""The core run once more on what a journal recorded, and every difference told."""
