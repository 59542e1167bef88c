"""People's history: sessions, pain, notes and curves in a database, caught up from the controllers."""
