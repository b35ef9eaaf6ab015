"""A person, or any program, in the model's place: requests as files, answered by files beside them."""
