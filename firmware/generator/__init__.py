"""Makes C and Python of firmware/contract.toml and hardware/facts.toml; run by firmware/generate.py."""
