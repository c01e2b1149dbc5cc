"""What an install does with each place, decided without touching the disk (DESIGN section 8)."""
