"""The page, the sign-in and everything that the page asks for, except the chat."""
