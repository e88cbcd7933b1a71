"""Property tests have no time limit of their own: a loaded machine is not a wrong answer."""

from hypothesis import settings

settings.register_profile("audit", deadline=None)
settings.load_profile("audit")
