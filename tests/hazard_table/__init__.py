"""What the rehearsed hazards and the healthy sessions come to."""
