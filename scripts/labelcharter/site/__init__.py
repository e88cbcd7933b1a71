"""Site owns the pages: it arranges what other rooms computed and computes nothing."""
