"""What belongs to the anomalies page alone."""
