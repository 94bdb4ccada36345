"""Which trials an answer hangs on, on pages: two pictures that name them."""
