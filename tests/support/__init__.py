"""The worlds that tests run in: real servers, certificates, a record of what was said."""
