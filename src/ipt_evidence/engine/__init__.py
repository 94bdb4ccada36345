"""The ground floor: effect sizes, pooling and what is asked of a pooled result, as arrays in and frozen results out."""
