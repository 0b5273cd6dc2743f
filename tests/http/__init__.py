"""The running app without a browser: plain HTTP and its websocket, honest and not."""
