"""What git says over the wire, as values: protocol v2, packs, commits (https://git-scm.com/docs/protocol-v2)."""
