"""Chooses one candidate for each identity (DESIGN section 5)."""
