"""Dump files, whatever their compression and encoding: cut into spans of whole records, read at random."""
