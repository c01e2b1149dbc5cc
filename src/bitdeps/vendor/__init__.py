"""What lies in the vendor directory: recorded, looked at, placed, swapped and verified (DESIGN section 8)."""
