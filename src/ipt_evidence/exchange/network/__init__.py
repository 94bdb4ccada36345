"""Import tables for network meta-analysis: files for netmeta and for CINeMA, by arm or by contrast."""
