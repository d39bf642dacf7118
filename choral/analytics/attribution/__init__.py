"""Attribution: which channels, campaigns and creatives an order is credited to, by several models side by side."""
