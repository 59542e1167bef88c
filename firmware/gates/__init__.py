"""What the firmware must pass before it heats anything: coverage, broken copies, proofs, random bytes, deviations."""
