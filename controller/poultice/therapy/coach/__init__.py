"""The coach of the day: when it prompts a person to sit, move, train or look at the desk, and what came of it. Pure.

It speaks, and may ask for a nudge. It knows no heat: what warms is only named, for a person to start.
"""
