"""The sample archive: invented events, the pages they make and what a store must say about them."""
