"""The demo shop: its music, its people, and three months of sales that went the way of every sale."""
