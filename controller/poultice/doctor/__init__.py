"""`poultice doctor`: looks at everything that a session needs, and says of each what it found and what to do."""
