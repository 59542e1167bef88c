"""The peers' bench: controllers of heat, ours and others', on the same varied pads."""
