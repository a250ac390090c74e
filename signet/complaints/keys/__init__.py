"""The office's key, which alone opens complaints."""
