"""Results as Plotly figures: pure functions, one look."""
