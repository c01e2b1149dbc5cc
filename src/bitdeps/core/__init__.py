"""The pure half of `deps`: values in, values out; no I/O, no clock, no environment."""
