"""What belongs to the page `synthetic_data` alone."""
