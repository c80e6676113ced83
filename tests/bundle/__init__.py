"""The server inside the extension, started as the extension starts it."""
