"""Four weeks of a salon's life for the demo, made by the operations that people and the bot use."""
