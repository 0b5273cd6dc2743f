"""The server around the pages: doors, delivery, start, log."""
