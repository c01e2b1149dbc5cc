"""Seed files: who exists and what the repositories hold, without git commands."""
