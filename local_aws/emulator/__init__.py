"""All that touches ministack: how it is started, repaired, pinned and extended with functions and layers."""
