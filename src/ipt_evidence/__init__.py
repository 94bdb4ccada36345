"""Evidence synthesis for psychotherapy, in five rooms that data crosses from left to right."""

from ipt_evidence.faces import face

ROOMS = ("extraction", "effects", "synthesis", "appraisal", "reporting")
"""The rooms in the order data passes through them; each imports only from the floors and from rooms to its left."""

FLOORS = ("engine", "words")
"""What lies under all rooms: numbers without tables, and the words for everything that is said."""

DOORS = ("cli", "exchange", "analysis")
"""What lets people and foreign files in; nothing in the rooms or the floors imports them."""

__all__, __getattr__ = face(__file__)  # type: ignore[assignment]
