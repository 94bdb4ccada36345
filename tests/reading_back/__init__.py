"""Every number of a page, held to where it may come from, without the code that wrote it.

A number may be that of a row which its place names (an id, a link, the page itself), or of the tables that its page is
on; it may stand in words that people typed, or in words that code and templates always say. Figures that belong
together, an estimate with its interval, must be those of one row. A number that none of these explains is a fault.
"""

from reading_back.faults import unexplained, unnoticed
from reading_back.known import known_of

__all__ = ["known_of", "unexplained", "unnoticed"]
