"""Network meta-analysis: all treatments compared through all trials that share treatments."""
