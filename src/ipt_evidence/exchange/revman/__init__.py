"""Import the results of RevMan reviews."""
