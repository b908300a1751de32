"""What the SQL templates are rendered with."""
