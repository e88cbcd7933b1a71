"""What all tests share: how examples are drawn."""

from __future__ import annotations

import os

from hypothesis import settings

# No test fails for being slow: a busy machine would decide. The same examples are drawn each time,
# so that a change is judged by what it changed; `HYPOTHESIS_PROFILE=wide` draws new and more ones.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("wide", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))
