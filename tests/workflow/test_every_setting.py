"""Each value that the schema of the configuration allows, of each key, ends with a whole site on a small review."""

