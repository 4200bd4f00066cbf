"""Leave: its types, what people have left, asking for it, granting and expiring it, who is away."""
