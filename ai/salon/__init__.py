"""What the people of a salon set and see of their assistant: facts, wordings, permissions, money."""
