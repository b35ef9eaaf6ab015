"""What people write: numbers, times, dates, answers and languages, recognised without a model."""
