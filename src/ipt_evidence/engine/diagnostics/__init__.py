"""Which trials drive a pooled result."""
