"""What is stored between cycles, and what of it is put right by a reading."""
