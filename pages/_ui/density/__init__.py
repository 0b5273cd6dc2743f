"""What belongs to the page `density` alone."""
