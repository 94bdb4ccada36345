"""The forest plot: what it shows, where everything lies, and its drawing as SVG."""
