"""The drivers: they move values between the pure core and the edge."""
