"""What belongs to the page `reduction` alone."""
