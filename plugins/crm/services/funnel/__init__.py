"""From money spent to customers who stay: counted in the database, within what the reader may see."""
