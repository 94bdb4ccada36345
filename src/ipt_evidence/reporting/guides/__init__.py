"""The evidence parts of published guides, as Markdown and as pages."""
