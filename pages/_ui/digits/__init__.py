"""What belongs to the page `digits` alone."""
