"""An installation with very many salons: large, small, and of one size that most have."""
