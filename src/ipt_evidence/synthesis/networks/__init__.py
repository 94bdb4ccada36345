"""All treatments of a condition in one network: which trials enter, what they say together, how far they agree."""
