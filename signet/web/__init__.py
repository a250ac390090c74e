"""What every function behind HTTP shares: routes, requests, answers, forms, pages, problems."""
