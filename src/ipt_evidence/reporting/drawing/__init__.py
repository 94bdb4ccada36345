"""What drawings are made of: a canvas, its colours and sizes, an effect axis, marks, and a key."""
