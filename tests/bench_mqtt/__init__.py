"""What many pads cost: a panel with 500 of them, a controller with ten, and a flood of nonsense."""
