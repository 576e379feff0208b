"""What people say in their own words: what comments are about, how they are meant, and how they go with ratings."""
