"""The scope search: who may practise what, by words of their scopes, activity and city."""

ADDRESS = "/register/who/"
FOLDER = ADDRESS[1:]
