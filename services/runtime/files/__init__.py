"""Bytes: uploads as they stream in, the virus scanner that watches them, the object store, files that are given out."""
