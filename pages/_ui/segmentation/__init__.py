"""What belongs to the page `segmentation` alone."""
