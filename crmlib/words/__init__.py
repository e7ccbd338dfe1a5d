"""The one place where a value becomes text for people, in English and Chinese."""
