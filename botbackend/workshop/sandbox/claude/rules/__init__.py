"""What the Messages API refuses: types, schemas, order, pictures, limits of models."""
