"""Import files in the Metapsy data standard."""
