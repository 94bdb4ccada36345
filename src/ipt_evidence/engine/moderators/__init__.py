"""What moves an effect: meta-regression, subgroups and their permutation tests."""
