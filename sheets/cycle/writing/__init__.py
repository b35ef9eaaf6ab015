"""What should stand in the tabs, and the one write that brings it there."""
