"""What belongs to the page `background` alone."""
