"""Extraction: raw tables and bibliographies in, sound study data out; every problem named at its cell."""
