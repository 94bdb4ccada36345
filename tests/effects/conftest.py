"""Property tests of this room: the same cases on every machine, and no limit on how long a busy one takes."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
