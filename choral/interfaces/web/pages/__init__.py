"""The pages, one folder a room, one file a page; each file declares its addresses and its place in the navigation."""
