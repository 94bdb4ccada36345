"""Small-study effects: whether smaller trials report larger effects, and what is left without that.

None of these methods sees publication bias itself. Below ten trials they have next to no power (Sterne et al.
2011); each function refuses only where its number does not exist.
"""
