"""What is kept: files that are whole or absent, and the catalogue that says what each of them is."""
