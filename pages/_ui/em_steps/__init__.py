"""What belongs to the page `em_steps` alone."""
