"""Programs of a person's own, changed on a page: judged, kept, taken away."""
