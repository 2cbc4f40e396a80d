"""Views: one file a journey; each translates a request, calls the domain once, and translates back."""
