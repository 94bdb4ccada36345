"""The evidence gap map: condition by comparator by outcome, as drawing, table and file."""
