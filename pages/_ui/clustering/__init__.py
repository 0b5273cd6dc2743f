"""What belongs to the page `clustering` alone."""
