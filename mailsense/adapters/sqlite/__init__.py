"""SQLite, one module a noun; ``mailsense.adapters.store`` puts them together."""
