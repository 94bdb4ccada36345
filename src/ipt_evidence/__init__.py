"""Evidence synthesis for interpersonal psychotherapy, in five rooms that data crosses from left to right."""

ROOMS = ("extraction", "effects", "synthesis", "appraisal", "reporting")
"""The rooms in the order data passes through them; each imports only from rooms to its left."""
