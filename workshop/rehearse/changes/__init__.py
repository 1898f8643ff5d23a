"""What happens to a running workshop when its configuration or its files change, rehearsed row by row."""
