"""A state of the review frozen to be kept, cited and compared with: tables, texts, environment, checksums."""
