"""What belongs to the page `infinite_mixture` alone."""
