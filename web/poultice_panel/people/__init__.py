"""Who uses the panel: persons, their phones, how a phone is paired, and what each may do."""
