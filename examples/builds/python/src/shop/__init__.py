"""A package that uses a vendored one."""
