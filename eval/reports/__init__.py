"""What logs say: results, tables, pages, comparisons."""
