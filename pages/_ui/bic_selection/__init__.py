"""What belongs to the page `bic_selection` alone."""
