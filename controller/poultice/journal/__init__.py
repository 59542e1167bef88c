"""The journal: whatever goes into the core of a pad and comes out of it, on the disk, cut-safe."""
