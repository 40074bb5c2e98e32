"""What a suspicious source looks at before it answers, and the walls that it shows."""
