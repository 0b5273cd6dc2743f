"""Raw data to rows a mixture can use, and labels back to raw data; one file per kind of data."""
