"""The fuzzer of the archive reader: seeds, mutations, and what must be true of each result."""
