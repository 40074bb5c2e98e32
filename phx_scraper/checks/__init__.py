"""What a value of a setting must be, and the sentence that says so where it is not."""
