"""What code says to clients: cards, receipts, refusals, lists, in the client's language."""
