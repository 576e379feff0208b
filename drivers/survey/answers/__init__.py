"""What a person wrote, read as a code of its scale or as a kind of missing answer."""
