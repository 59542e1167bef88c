"""What is kept of sessions and the people in them: records, courses, what was cut off; and the answers about them."""
