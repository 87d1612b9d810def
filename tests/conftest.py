"""What every test runs under."""

from hypothesis import settings

# How long an example takes tells of the machine, not of the code.
settings.register_profile("touchline", deadline=None)
settings.load_profile("touchline")
