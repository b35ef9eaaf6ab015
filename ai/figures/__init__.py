"""What talks and turns of a salon come to."""
