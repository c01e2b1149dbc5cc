"""A local Bitbucket Cloud for tests, demos and other people's pipelines (`python -m bitdeps.sandbox`).

It shares no code with the rest of `bitdeps`, so that one misconception cannot live on both sides of the wire.
"""
