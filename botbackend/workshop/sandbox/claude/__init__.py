"""The stand-in of Claude: the Messages API with strict checks."""
