"""Papers: PDF with the Chinese fonts that the product brings along."""
