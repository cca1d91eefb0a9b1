"""Rows of claims -> a stream of bytes; a module a format, one registry. Knows no database and no request."""
