"""The office's private key, the only one that opens complaints."""
