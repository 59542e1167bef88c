"""The coach's shell: its day between clock, pad and broker, and what it keeps."""
