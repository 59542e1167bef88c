"""Everything that people would miss as one file; and back again, with what was there before kept beside it."""
